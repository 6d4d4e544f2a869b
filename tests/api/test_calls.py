"""Who may call and how often, what is refused and in what shape, what is written down; every route asks for its scope."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from ninja import Schema

from tests.api.conftest import Program
from tests.desk.county import officer
from tests.orgs.duties import without_duties
from zhunsheng.api.accounts import SCOPES, accounts_in_reach, end_token, make_token, open_account
from zhunsheng.api.models import Token
from zhunsheng.api.urls import api
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.actions import set_password
from zhunsheng.orgs.refusals import Refused
from zhunsheng.security import chain, guards
from zhunsheng.security.models import AuditEntry
from zhunsheng.security.verifying import verify

CASES = "/cases"


def problem(answer, status, code):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = json.loads(answer.content)
    assert (told["status"], told["code"]) == (status, code)
    assert told["type"] == f"urn:zhunsheng:problem:{code}"
    assert told["detail"]["zh"]
    assert told["detail"]["en"]
    return told


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_is_kept_as_its_hash_and_shown_once(program, account):
    token = Token.objects.get(account=account)
    assert program.token.startswith("zst_")
    assert program.token not in json.dumps(list(Token.objects.values()), default=str)
    assert token.begins == program.token[:10]
    assert token.last_used_at is None
    assert program.get(CASES).status_code == 200
    token.refresh_from_db()
    assert timezone.now() - token.last_used_at < timedelta(minutes=1)


def test_nobody_gets_in_without_a_token_that_holds(program, account, county):
    problem(Client().get("/api/v1/cases"), 401, "token")
    problem(Program("zst_guessed").get(CASES), 401, "token")
    assert program.get(CASES).status_code == 200
    with guards.away():
        Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = program.get(CASES)
    problem(answer, 401, "token")
    assert answer["WWW-Authenticate"] == "Bearer"
    # A token that was valid once is told of in the audit trail; a guess is not.
    assert AuditEntry.objects.filter(action="api.refused_token").count() == 1


def test_a_token_is_ended_at_once(program, account, county):
    end_token(county.administrator, Token.objects.get().pk)
    problem(program.get(CASES), 401, "token")


def test_a_token_is_never_widened_or_taken_up_again_unseen(program, account, county):
    """Whoever has the database could let a program do more, or let one in again."""
    made = Token.objects.get()
    end_token(county.administrator, made.pk)
    chain.seal()
    rows = Token.objects.filter(pk=made.pk)
    for more in ({"scopes": [*made.scopes, "cases:reveal"]}, {"expires_at": timezone.now() + timedelta(days=900)}):
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            rows.update(**more)
    assert verify().findings == []
    with guards.away():
        rows.update(ended_at=None)
    assert [(one.table, one.row) for one in verify().findings] == [("api_token", made.pk)]
    with guards.away():
        rows.update(scopes=["cases:reveal"])
    assert {one.kind for one in verify().findings} == {"changed", "untold"}


def test_an_account_that_is_deactivated_or_has_lost_its_duties_sees_nothing(program, account, county):
    case = county.review()
    assert [row["id"] for row in program.get(CASES).json()["items"]] == [case.pk]
    without_duties(account.officer)
    assert program.get(CASES).json()["items"] == []
    account.officer.is_active = False
    account.officer.save()
    problem(program.get(CASES), 401, "token")


def test_only_an_administrator_of_the_organ_makes_accounts_and_tokens(county, account):
    local = officer("local", "示例戊", county.housing, system="orgs", role="administrator")
    with pytest.raises(Refused):
        open_account(local, county.justice, "svc-x", "某", "某用途", "*", "*")
    with pytest.raises(Refused):
        make_token(local, account, "某", ["cases:read"], 10)
    assert list(accounts_in_reach(access_of(local, timezone.localdate()))) == []
    assert list(accounts_in_reach(access_of(county.administrator, timezone.localdate()))) == [account]
    assert list(accounts_in_reach(access_of(county.owner, timezone.localdate()))) == [
        account
    ]  # every role of his organ


@pytest.mark.parametrize(
    ("scopes", "days", "code"), [([], 10, "scope"), (["all"], 10, "scope"), (["cases:read"], 367, "days"), (["cases:read"], 0, "days")]
)  # fmt: skip
def test_a_token_needs_known_scopes_and_an_end(county, account, scopes, days, code):
    with pytest.raises(Refused) as refused:
        make_token(county.administrator, account, "某", scopes, days)
    assert refused.value.refusal.code == code
    assert not Token.objects.exists()


def test_nobody_signs_in_with_a_service_account(county, account):
    with pytest.raises(Refused) as refused:
        set_password(county.administrator, account.officer, "correct horse 42")
    assert refused.value.refusal.code == "service"
    assert not account.officer.has_usable_password()


# --- every route -----------------------------------------------------------------------------------------------------


def operations():
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_every_route_asks_for_a_token_and_for_its_scope(program, account, county):
    """Each route with a token that holds every other scope, and with none at all."""
    tokens = {
        scope: make_token(county.administrator, account, scope, [s for s in SCOPES if s != scope], 30)[1]
        for scope in SCOPES
    }
    seen = set()
    for method, path, operation in operations():
        address = path.replace("{key}", "1").replace("{slug}", "legality_review").replace("{action}", "accept")
        address = (
            address.replace("{account}", "legality_review.reviewed")
            .replace("{year}", "2026")
            .replace("{digest}", "0" * 64)
        )
        assert operation["security"] == [{"TokenAuth": []}], path
        assert getattr(Client(), method)(address).status_code == 401, path
        scope = operation["x-scope"]
        seen.add(scope)
        if scope:
            answer = getattr(Client(), method)(address, headers={"Authorization": f"Bearer {tokens[scope]}"})
            problem(answer, 403, "scope")
    assert seen - {""} == set(SCOPES)


def test_calls_above_the_limit_are_put_off(program, settings, monkeypatch):
    monkeypatch.setattr("zhunsheng.api.accounts.time.time", lambda: 60_000_000.0)
    settings.API_CALLS = 2
    assert [program.get("/systems").status_code for _ in range(2)] == [200, 200]
    answer = program.get("/systems")
    problem(answer, 429, "rate")
    assert answer["Retry-After"] == "60"
    monkeypatch.setattr("zhunsheng.api.accounts.time.time", lambda: 60_000_060.0)
    assert program.get("/systems").status_code == 200


def test_every_call_is_written_down_as_the_account_without_what_was_asked(program, account):
    program.get("/cases?number=示例甲")
    program.get("/cases/999")
    rows = AuditEntry.objects.filter(action="api.call").order_by("pk")
    assert [(row.subject, row.officer_id, row.detail["status"]) for row in rows] == [
        ("api:GET /cases", account.officer_id, 200), ("api:GET /cases/999", account.officer_id, 404),
    ]  # fmt: skip
    assert "示例甲" not in json.dumps(list(rows.values("subject", "detail")), ensure_ascii=False)


def test_what_is_not_there_or_cannot_be_read_is_a_problem_too(program):
    problem(program.get("/nothing"), 404, "not_found")
    problem(Client().get("/api/v2/cases"), 404, "not_found")
    problem(program.get("/cases/999"), 404, "not_found")
    told = problem(program.get("/cases?limit=0"), 422, "input")
    assert told["errors"][0]["where"] == "query.limit"
    problem(program.get("/cases?cursor=x"), 400, "cursor")
    problem(program.get("/cases?cursor=WzEsMl0"), 400, "cursor")
    problem(program.post("/reports/check", "{", headers={}), 400, "request")


def test_too_much_is_refused(program, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem(program.post("/reports/check", {"text": "字" * 1000}), 413, "too_large")


def every_shape(of=Schema):
    for one in of.__subclasses__():
        yield one
        yield from every_shape(one)


def test_the_description_is_openapi_3_1_with_an_example_of_what_is_sent_and_answered(program):
    described = json.loads(Client().get("/api/v1/openapi.json").content)
    assert described["openapi"] == "3.1.0"
    schemas = described["components"]["schemas"]
    named = {name for name, schema in schemas.items() if "properties" in schema and not name.startswith("Page_")}
    assert [name for name in named if "examples" not in schemas[name]] == []
    by_name = {one.__name__: one for one in every_shape()}
    for name, schema in schemas.items():
        for example in schema.get("examples", ()):
            by_name[name].model_validate(example)
            told = set(example) - set(schema["properties"])
            assert not told or schema.get("additionalProperties"), (name, told)
    refusal = described["paths"]["/api/v1/cases"]["post"]["responses"]["422"]["content"]
    assert list(refusal) == ["application/problem+json"]
