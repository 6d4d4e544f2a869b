"""Fixtures of the API's tests: the county of the desk's tests, an administrator, a service account of justice, its tokens."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client


@dataclass
class Program:
    """A program that calls with a token."""

    token: str

    def get(self, path: str, **named: Any) -> Any:
        return Client().get(f"/api/v1{path}", named.pop("data", None), headers=self._headers(named))

    def post(self, path: str, body: Any, **named: Any) -> Any:
        content = body if isinstance(body, str) else json.dumps(body)
        return Client().post(f"/api/v1{path}", content, "application/json", headers=self._headers(named))

    def _headers(self, named: dict[str, Any]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **named.get("headers", {})}


@pytest.fixture
def county(db):
    from tests.desk.county import make_county, officer

    county = make_county()
    county.administrator = officer(
        "admin", "示例丁", county.government, system="orgs", role="administrator", whole_tree=True
    )
    return county


@pytest.fixture
def account(county):
    from zhunsheng.api.accounts import open_account

    return open_account(county.administrator, county.justice, "svc-oa", "办公系统", "办公系统对接", "*", "*")


@pytest.fixture
def program(account, county):
    """A program of justice that may do everything its account may."""
    from zhunsheng.api.accounts import SCOPES, make_token

    return Program(make_token(county.administrator, account, "全部", list(SCOPES), 30)[1])
