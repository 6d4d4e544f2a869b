"""The client of the handbook against a running site: it pages, acts once, and raises refusals with their reason."""

import importlib.util
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
EXAMPLE = Path(__file__).resolve().parents[2] / "examples/api_client.py"


@pytest.fixture
def client_module():
    spec = importlib.util.spec_from_file_location("api_client", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_client_reads_acts_and_is_refused(live_server, program, county, client_module):
    cases = [county.review().pk for _ in range(3)]
    client = client_module.Zhunsheng(live_server.url, program.token)
    assert [case["id"] for case in client.all("/cases", limit=2)] == cases[::-1]
    today = county.review().opened_on.isoformat()
    assert client.act(cases[0], "accept", on=today)["sequence"] == 2
    with pytest.raises(client_module.Refused) as refused:
        client.act(cases[0], "accept", on=today)
    assert refused.value.code == "state"
    assert "示例" not in str(refused.value)
    opened = client.open_case(
        system="legality_review", action="submit", organ=county.justice.pk, on=today,
        values={"matter": "《示例协议》", "kind": "agreement", "submitting_unit": "示例局", "materials": "草案"},
    )  # fmt: skip
    assert opened["number"]
