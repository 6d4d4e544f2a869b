"""Sending a data package to another installation (报送数据包): the file in parts, each where the last one ended; run again after a
break it goes on from there."""

from __future__ import annotations

import hashlib
import http.client
import json
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from zhunsheng.api.package_shapes import PackageRefused

PART = 1024 * 1024
SECONDS = 60


class _NoRedirects(HTTPRedirectHandler):
    """The token is for the site that was named and for no other."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


def send(
    content: bytes, site: str, token: str, told: Callable[[int, int], None] = lambda _done, _all: None
) -> dict[str, Any]:
    """Send a file; what the other installation answered. ``told`` is called after each part. Raises ``PackageRefused``."""
    if urlsplit(site).scheme not in ("https", "http"):
        raise PackageRefused("对方网址应以 https:// 开头", "the address of the other installation begins with https://")
    place = f"{site.rstrip('/')}/api/v1/exchange/uploads/{hashlib.sha256(content).hexdigest()}"
    received = _asked("GET", place, token)["received"]
    while received < len(content):
        told(received, len(content))
        part = content[received : received + PART]
        following = _asked("PUT", f"{place}?offset={received}", token, part, "application/octet-stream")["received"]
        if following <= received:
            raise PackageRefused("对方没有收下这一段，请稍后再试", "the part was not taken; try again later")
        received = following
    told(len(content), len(content))
    return _asked("POST", f"{place}/finish", token, b"{}", "application/json")


def _asked(method: str, address: str, token: str, body: bytes | None = None, kind: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} | ({"Content-Type": kind} if kind else {})
    try:
        request = Request(address, body, headers, method=method)  # noqa: S310 - https or http, looked at in send
        with build_opener(_NoRedirects).open(request, timeout=SECONDS) as answer:
            return json.load(answer)
    except HTTPError as error:
        raise _refusal(error) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise PackageRefused(
            f"与对方的连接中断（{error}），再运行一次，从断开处接着送",
            f"the connection broke ({error}); run it again and it goes on from there",
        ) from error


def _refusal(error: HTTPError) -> PackageRefused:
    try:
        told = json.load(error)["detail"]
        return PackageRefused(str(told["zh"]), str(told["en"]))
    except (ValueError, KeyError, TypeError):
        return PackageRefused(f"对方答复 {error.code}", f"the other installation answered {error.code}")
