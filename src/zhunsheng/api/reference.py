"""The reference of the API as a page of the handbook, read off its OpenAPI description. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from zhunsheng.api.accounts import SCOPES
from zhunsheng.api.urls import ABOUT, api
from zhunsheng.handbook.command_page import own_language
from zhunsheng.handbook.markdown import code, page, plain, table
from zhunsheng.kernel.words import Words

TITLE = Words("接口", "API")


def api_page(language: str) -> str:
    """Every route by subject: scope, parameters, what is sent with an example, what comes back."""
    described = api.get_openapi_schema()
    shapes = described["components"]["schemas"]
    lines = [f"# {TITLE.within(language)}", "", *_intro(language)]
    heads = [words.within(language) for words in (Words("权限", "Scope"), Words("可以", "Opens"))]
    lines += table(heads, [(code(scope), plain(words.within(language))) for scope, words in SCOPES.items()])
    subject = ""
    for path, method, route in _routes(described["paths"]):
        if route["tags"][0] != subject:
            subject = route["tags"][0]
            lines += [f"## {_own(subject, language)}", ""]
        lines += [f"### {method.upper()} {plain(path)}", "", *_route(route, shapes, language)]
    lines += [f"## {Words('数据结构', 'Shapes').within(language)}", ""]
    for name in sorted(shapes):
        lines += _shape(name, shapes[name], language)
    return page(lines)


def _intro(language: str) -> list[str]:
    if language == "en":
        return [*ABOUT.partition("。 ")[2].splitlines(), ""]
    return [
        "说明文件（OpenAPI 3.1）在 `/api/v1/openapi.json`，也可用 `zhunsheng api describe` 写出。", "",
        "- 每次调用出示服务账号的令牌：`Authorization: Bearer zst_…`。令牌的权限决定能调用什么，账号的岗位决定能看到哪些记录。",
        "- 不予办理的，回答是 `application/problem+json`（RFC 9457）：固定的 `code`、中英文理由、所依据的条文、所涉及的字段。",
        "- 写入须带 `Idempotency-Key`：同一个键、同样的内容只办一次，再发得到同样的回答。办理案件还须在 `If-Match` 中写明所见案件的 `ETag`，案件已有新记录的以 412 拒绝。",
        "- 长列表分页返回，`next` 是下一页的 `cursor`。",
        "- 个人信息一律遮掩；`POST /cases/{key}/reveal` 写明用途后查看，用途留有记录。", "",
    ]  # fmt: skip


def _own(both: str, language: str) -> str:
    """A subject, ``办件 Cases``, in one language."""
    chinese, _, english = both.partition(" ")
    return english if language == "en" else chinese


def _routes(paths: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """In the order in which they are declared."""
    for path, operations in paths.items():
        for method, route in operations.items():
            yield path, method, route


def _route(route: dict[str, Any], shapes: dict[str, Any], language: str) -> Iterable[str]:
    scope = code(route["x-scope"]) if route["x-scope"] else Words("任何令牌", "any token").within(language)
    says = Words("权限", "Scope").within(language) + ("：" if language == "zh" else ": ")
    yield from (
        f"{plain(own_language(route['summary'], language))}{'。' if language == 'zh' else '. '}{says}{scope}",
        "",
    )
    heads = [w.within(language) for w in (Words("参数", "Parameter"), Words("位置", "In"), Words("类型", "Type"))]
    rows = [
        (code(one["name"]) + (" *" if one.get("required") else ""), one["in"], code(_type(one["schema"])))
        for one in route.get("parameters", ())
    ]
    yield from table(heads, rows)
    if body := route.get("requestBody"):
        name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        yield from (f"{Words('发送', 'Sends').within(language)} {code(name)}", "")
        for example in shapes[name].get("examples", ())[:1]:
            yield from ("```json", json.dumps(example, ensure_ascii=False, indent=1), "```", "")
    status, answer = next((s, a) for s, a in route["responses"].items() if int(s) < 300)
    yield from (
        f"{Words('回答', 'Answers').within(language)} {status} {code(_type(answer['content']['application/json']['schema']))}",
        "",
    )


def _shape(name: str, shape: dict[str, Any], language: str) -> Iterable[str]:
    yield from (f"### {plain(name)}", "")
    heads = [w.within(language) for w in (Words("字段", "Field"), Words("类型", "Type"))]
    wanted = shape.get("required", ())
    rows = [
        (code(key) + (" *" if key in wanted else ""), code(_type(one)))
        for key, one in shape.get("properties", {}).items()
    ]
    yield from table(heads, rows)


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}))}[]"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"{{{_type(schema['additionalProperties'])}}}"
    return str(schema.get("format") or schema.get("type") or "any")
