"""A client of the API in plain Python: pages through lists, writes once however often it has to send, says why not, and knows
messages that come from the platform.

ZHUNSHENG_URL=https://zhunsheng.example ZHUNSHENG_TOKEN=zst_… python examples/api_client.py
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen


class Refused(Exception):
    """What the platform would not do: its code, the reason, the article and the field where there are any."""

    def __init__(self, problem: dict[str, Any]) -> None:
        article = problem.get("article")
        super().__init__(problem["detail"]["zh"] + (f"（{article['zh']}）" if article else ""))
        self.problem = problem
        self.code: str = problem["code"]
        self.field: str | None = problem.get("field")


class Zhunsheng:
    """The API of one installation, with one token."""

    def __init__(self, address: str, token: str, *, tries: int = 4) -> None:
        self.base, self.token, self.tries = f"{address.rstrip('/')}/api/v1", token, tries

    def get(self, path: str, **query: Any) -> Any:
        return self._send("GET", path, query=query)[0]

    def all(self, path: str, **query: Any) -> Iterator[Any]:
        """Every item of a list, piece by piece."""
        cursor = ""
        while cursor is not None:
            page = self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next"]

    def open_case(self, **asked: Any) -> Any:
        return self._send("POST", "/cases", body=asked, key=str(uuid.uuid4()))[0]

    def act(self, case: int, action: str, **asked: Any) -> Any:
        """Take a step on a case as it is now: it is read, and the step is refused when it moves on meanwhile."""
        tag = self._send("GET", f"/cases/{case}")[1]["ETag"]
        return self._send("POST", f"/cases/{case}/actions/{action}", body=asked, key=str(uuid.uuid4()), tag=tag)[0]

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        body: Any = None,
        key: str = "",
        tag: str = "",
    ) -> tuple[Any, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"If-Match": tag} if tag else {}
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        address = f"{self.base}{path}" + (f"?{urlencode(query)}" if query else "")
        for left in reversed(range(self.tries)):
            try:
                with urlopen(Request(address, data, headers, method=method), timeout=30) as answer:  # noqa: S310
                    return json.load(answer), answer.headers
            except HTTPError as error:
                if error.code == 429 and left:
                    time.sleep(int(error.headers.get("Retry-After", "5")))
                elif error.code >= 500 and left:
                    time.sleep(2 ** (self.tries - left))
                else:
                    raise Refused(json.load(error)) from None
            except URLError:
                if not left:
                    raise
                time.sleep(2 ** (self.tries - left))  # a write carries its key, so that sending it again does it once
        raise AssertionError("unreachable")


def is_from_the_platform(secret: str, headers: Mapping[str, str], body: bytes, *, within: int = 300) -> bool:
    """Whether a message that came to a registered address was sent by the platform, and not long ago. ``body``: as it came, before
    anything reads it. What was taken already is known by its ``webhook-id``."""
    told = {name.lower(): value for name, value in headers.items()}
    key, at = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    if not (at.isascii() and at.isdecimal() and abs(time.time() - int(at)) <= within):
        return False
    digest = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), f"{key}.{at}.".encode() + body, "sha256")
    wanted = f"v1,{base64.b64encode(digest).decode()}"
    return any(hmac.compare_digest(one, wanted) for one in told.get("webhook-signature", "").split())


if __name__ == "__main__":
    zhunsheng = Zhunsheng(os.environ["ZHUNSHENG_URL"], os.environ["ZHUNSHENG_TOKEN"])
    for case in zhunsheng.all("/cases", is_open="true"):
        print(case["number"], case["state_name"]["zh"], case["next_due"] or "")
