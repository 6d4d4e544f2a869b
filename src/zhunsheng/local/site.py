"""网站信息: what a government site must say of itself on each of its pages (organiser, identification code, filing numbers …).

A setting of the place like the others. Nothing is taken where the place has set nothing, and nothing is made up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from zhunsheng.kernel.words import Words
from zhunsheng.local.kinds import Kind, Thing
from zhunsheng.local.values import decisions
from zhunsheng.orgs.refusals import refused

SITE = "site"
LONGEST = 200
_UNSET = Words("未设定，公开网页的页脚不显示这些内容", "not set; the footer of the public pages shows none of it")


class Item(NamedTuple):
    """One thing a site says of itself: what it is called, an example, and the pattern it must keep to (none: any text)."""

    words: Words
    hint: Words
    pattern: str = ""


ITEMS: Mapping[str, Item] = {
    "name": Item(Words("网站名称", "Name of the site"), Words("例如：示例县人民政府", "such as 示例县人民政府")),
    "domain": Item(Words("网站域名", "Domain"), Words("例如：www.example.gov.cn", "such as www.example.gov.cn"),
                   r"[A-Za-z0-9.-]+(:\d+)?"),
    "organiser": Item(Words("主办单位", "Organiser"), Words("例如：示例县人民政府办公室", "such as 示例县人民政府办公室")),
    "operator": Item(Words("承办单位", "Operator"), Words("负责日常维护的单位", "who looks after it from day to day")),
    "code": Item(Words("网站标识码", "Site identification code"), Words("10 位数字或者字母", "ten digits or letters"),
                 r"[0-9A-Za-z]{10}"),
    "icp": Item(Words("ICP备案号", "ICP filing"), Words("例如：示ICP备00000000号-1", "such as 示ICP备00000000号-1"), r".*备\S*号\S*"),
    "police": Item(Words("公安备案号", "Public-security filing"),
                   Words("例如：示公网安备00000000000000号", "such as 示公网安备00000000000000号"), r".*公网安备\s*\d+\s*号"),
    "phone": Item(Words("联系电话", "Telephone"), Words("网站管理的电话，不是政务热线的", "of the site, not the hotline"),
                  r"[0-9()（）+\- 转、，,]{5,60}"),
    "address": Item(Words("联系地址", "Address"), Words("通信地址和邮编", "postal address")),
    "faults": Item(Words("“政府网站找错”网址", "Address of “report a fault”"),
                   Words("以 https:// 开头", "begins with https://"), r"https?://\S+"),
    "mark": Item(Words("党政机关网站标识网址", "Address of the mark of a government site"),
                 Words("核发标识时给的网址，以 https:// 开头", "as given with the mark, begins with https://"), r"https?://\S+"),
}  # fmt: skip


def site_of(path: str, day: date) -> Mapping[str, str]:
    """What the place has set for the organ whose site it is; empty where it has set nothing."""
    found = decisions().on(SITE, SITE, path, day)
    return found.value if found is not None and found.value is not None else {}


def _things() -> Mapping[str, Thing]:
    return {SITE: Thing(SITE, Words("公开网页的网站信息", "What the public pages say of the site"), "", _UNSET)}


def _read(key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    value = {name: text for name in ITEMS if (text := str(raw.get(name) or "").strip())}
    for name, text in value.items():
        item = ITEMS[name]
        if len(text) > LONGEST:
            raise refused("too_long", f"{item.words.zh}最多 {LONGEST} 字",
                          f"the {item.words.en} takes at most {LONGEST} characters", name)  # fmt: skip
        if item.pattern and not re.fullmatch(item.pattern, text):
            raise refused("form", f"{item.words.zh}“{text}”的写法不对：{item.hint.zh}",
                          f"“{text}” is no {item.words.en}: {item.hint.en}", name)  # fmt: skip
    if not value:
        raise refused("missing", "请至少填写一项", "fill in at least one of them", "name")
    return value


def _say(key: str, value: Mapping[str, Any]) -> Words:
    said = [(ITEMS[name].words, text) for name, text in value.items() if name in ITEMS]
    return Words("；".join(f"{w.zh}：{t}" for w, t in said), "; ".join(f"{w.en}: {t}" for w, t in said))


KIND = Kind(SITE, Words("网站信息", "The site"), _things, _read, _say)
