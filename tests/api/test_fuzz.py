"""Anything at all, sent to every route by its own description: never a fault of the server, never an undescribed answer.

Short and the same each time; a long run against a served site is in CONTRIBUTING.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from zhunsheng.wsgi import application

pytestmark = pytest.mark.once
QUICK = settings(
    max_examples=8, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture
def one_connection(db):
    """The server runs inside the test's transaction: it must not close the connection after each answer."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_route_bears_whatever_its_description_lets_be_sent(one_connection, program, county, settings, subtests):
    settings.API_CALLS = 100_000
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    known = {
        "key": county.accepted().pk,
        "slug": "legality_review",
        "action": "return_unreviewed",
        "account": "legality_review.received",
        "digest": "0" * 64,
    }
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    headers = {"Authorization": f"Bearer {program.token}"}
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @QUICK
        @given(case=operation.as_strategy(), on_known=st.booleans())
        def bears(case, on_known):
            if on_known:  # else nearly every path would lead to nothing
                case.path_parameters = {
                    name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
                }
            tried.append(case)
            case.call_and_validate(headers=headers, checks=CHECKS)

        with subtests.test(operation.label):
            bears()
    assert len(tried) >= 150
