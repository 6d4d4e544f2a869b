"""Masking (遮盖): values for somebody who may not see them whole, and texts for the public: what in them should be hidden, where it
stands, and the text without it.

A proposal is a question to the person who reads it, one place at a time; that nothing is proposed does not mean that
nothing is there. Why something is hidden: the Personal Information Protection Law (articles 25 and 28), and the Disclosure
Regulation (article 15). How it is hidden (张某某, the first and last characters of a number, an address down to the town or
street) is the practice of publications. Positions are those of the text as it was given. No files and no records here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import count
from typing import Any

from zhunsheng.kernel.fields import FieldDeclaration, FieldType, PartyKind, Sensitivity
from zhunsheng.kernel.words import Words

# --- values -----------------------------------------------------------------------------------------------------------

_COMPOUND_SURNAMES = (
    "欧阳", "司马", "诸葛", "上官", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "阿不都", "艾尔肯",
)  # fmt: skip


def mask_name(name: str) -> str:
    """A person's name as publications write it: the family name, then 某 for each further character (at most two)."""
    surname = next((s for s in _COMPOUND_SURNAMES if name.startswith(s)), name[:1])
    return surname + "某" * min(max(len(name) - len(surname), 1), 2)


def mask_number(number: str) -> str:
    """A number with its middle hidden: first and last four characters stay, three and four for a mobile number."""
    if len(number) == 11:
        return f"{number[:3]}****{number[-4:]}"
    if len(number) <= 8:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def mask(field: FieldDeclaration, value: Any) -> Any:
    """The value as somebody sees it who may not see it whole; lists item by item."""
    if isinstance(value, list):
        return [mask(field, item) for item in value]
    if field.type is FieldType.PARTY and isinstance(value, Mapping):
        return mask_party(value)
    if value is None or field.sensitivity is not Sensitivity.SENSITIVE:
        return value
    if field.type in (FieldType.IDENTITY_NUMBER, FieldType.PHONE, FieldType.CREDIT_CODE):
        return mask_number(str(value))
    return "＊＊＊"


def mask_party(party: Mapping[str, str]) -> dict[str, str]:
    """A party for somebody who may not see it whole: persons are masked, organisations keep name and code."""
    if party.get("kind") != PartyKind.PERSON:
        shown = {key: item for key, item in party.items() if key not in ("phone", "address")}
        return shown | {key: mask_number(party[key]) for key in ("identity_number",) if key in party}
    masked = {"name": mask_name(party["name"]), "kind": party["kind"]}
    masked |= {key: mask_number(party[key]) for key in ("identity_number", "phone") if key in party}
    return masked


# --- texts ------------------------------------------------------------------------------------------------------------


class Hidden(StrEnum):
    """What kind of thing is hidden."""

    NAME = "name"
    MINOR = "minor"
    NUMBER = "number"
    PHONE = "phone"
    ACCOUNT = "account"
    PLATE = "plate"
    ADDRESS = "address"
    EMAIL = "email"
    SECRET = "trade_secret"  # noqa: S105 - a kind of thing, no password
    OTHER = "other"


KINDS: Mapping[Hidden, tuple[Words, Words]] = {
    Hidden.NAME: (Words("自然人姓名", "name of a person"), Words("个人信息保护法第25条", "Personal Information Protection Law, article 25")),
    Hidden.MINOR: (Words("未成年人姓名", "name of a minor"), Words("个人信息保护法第28条", "Personal Information Protection Law, article 28")),
    Hidden.NUMBER: (Words("身份证件号码", "identity number"), Words("个人信息保护法第25条", "Personal Information Protection Law, article 25")),
    Hidden.PHONE: (Words("电话号码", "telephone number"), Words("个人信息保护法第25条", "Personal Information Protection Law, article 25")),
    Hidden.ACCOUNT: (Words("银行账号", "bank account"), Words("个人信息保护法第28条", "Personal Information Protection Law, article 28")),
    Hidden.PLATE: (Words("车牌号码", "number plate"), Words("个人信息保护法第25条", "Personal Information Protection Law, article 25")),
    Hidden.ADDRESS: (Words("详细住址", "address"), Words("个人信息保护法第25条", "Personal Information Protection Law, article 25")),
    Hidden.EMAIL: (Words("电子邮箱", "e-mail address"), Words("个人信息保护法第25条", "Personal Information Protection Law, article 25")),
    Hidden.SECRET: (Words("商业秘密", "trade secret"), Words("政府信息公开条例第15条", "Disclosure Regulation, article 15")),
    Hidden.OTHER: (Words("其他个人信息", "other personal data"), Words("政府信息公开条例第15条", "Disclosure Regulation, article 15")),
}  # fmt: skip
"""What each kind is called, and the article it is hidden by."""

WHOLLY = "＊＊＊"
SOMEBODY = "某某"
"""What stands for a minor, of whose name nothing stays."""


@dataclass(frozen=True, slots=True)
class Known:
    """Words that are known to need hiding, such as the name of a party, and what stands for them."""

    words: str
    kind: Hidden
    into: str


@dataclass(frozen=True, slots=True)
class Change:
    """A place to be hidden: from ``start`` up to, not including, ``end`` of passage ``passage``, and what stands there then."""

    passage: int
    start: int
    end: int
    kind: Hidden
    into: str


class MaskingError(ValueError):
    """Places that overlap, or that are not in the text."""


def masked(text: str, changes: Iterable[Change]) -> str:
    """The text with these places hidden. Raises ``MaskingError``."""
    parts, at = [], 0
    for change in sorted(changes, key=lambda one: one.start):
        if not at <= change.start < change.end <= len(text):
            raise MaskingError(f"遮盖的位置 {change.start}–{change.end} 不在文中，或者与前一处重叠")
        parts += [text[at : change.start], change.into]
        at = change.end
    return "".join([*parts, text[at:]])


# --- what is known of a case -----------------------------------------------------------------------------------------


def known_of(fields: Mapping[str, FieldDeclaration], values: Mapping[str, Any]) -> list[Known]:
    """What the fields of a case say needs hiding: its parties who are persons, and what is declared sensitive."""
    found: list[Known] = []
    for name, field in fields.items():
        value = values.get(name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping):
                found += _of_party(item)
            elif item and field.sensitivity is Sensitivity.SENSITIVE and isinstance(item, str):
                kind = _KIND_OF.get(field.type, Hidden.OTHER)
                found.append(Known(item, kind, mask_number(item) if kind is not Hidden.OTHER else WHOLLY))
    return [known for known in dict.fromkeys(found) if len(known.words) > 1]


_KIND_OF = {FieldType.IDENTITY_NUMBER: Hidden.NUMBER, FieldType.PHONE: Hidden.PHONE}


def _of_party(party: Mapping[str, str]) -> Iterator[Known]:
    if party.get("kind") == PartyKind.PERSON:
        yield Known(party["name"], Hidden.NAME, mask_name(party["name"]))
        if address := party.get("address"):
            yield Known(address, Hidden.ADDRESS, shortened(address))
    for key, kind in (("identity_number", Hidden.NUMBER), ("phone", Hidden.PHONE)):
        if number := party.get(key):
            yield Known(number, kind, mask_number(number))


_TOWN = re.compile(r"^.*?(?:街道|镇|乡|苏木)(?!政府|人民)|^.*?[县市区旗](?!政府|人民)")


def shortened(address: str) -> str:
    """An address down to its town or street, else its county; the rest hidden."""
    found = _TOWN.match(address)
    return (found[0] if found and len(found[0]) < len(address) else "") + WHOLLY


# --- what is found by its form ---------------------------------------------------------------------------------------

_GAP = r"[ \u3000\u00a0·•‑–—-]?"
"""What may stand between the figures of a number that is written in groups."""


def _figures(pattern: str) -> re.Pattern[str]:
    """A pattern in which the figures may be set apart; ``D`` is any figure."""
    return re.compile(pattern.replace("D", rf"(?:{_GAP}\d)"))


_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_FORMS: tuple[tuple[Hidden, re.Pattern[str]], ...] = (
    (Hidden.EMAIL, re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    (Hidden.NUMBER, _figures(r"(?<![\dA-Za-z])[1-9]D{5}(?:" + _GAP + r"[12]D{3})(?:" + _GAP + r"[01]D)(?:" + _GAP + r"[0-3]D)D{3}" + _GAP + r"[\dXx](?!\d)")),
    (Hidden.NUMBER, re.compile(r"(?<![A-Za-z0-9])(?:[EGHMTSPD]|E[A-Z])\d{7,9}(?!\d)")),
    (Hidden.PHONE, _figures(r"(?<!\d)1[3-9]D{9}(?!\d)")),
    (Hidden.PHONE, re.compile(r"(?<!\d)[（(]?0\d{2,3}[）)]?[ -—–]?\d{7,8}(?!\d)")),
    (Hidden.ACCOUNT, _figures(r"(?<!\d)(?:62|60|35|4\d|5[1-5])D{14,17}(?!\d)")),
    (Hidden.PLATE, re.compile(rf"[{_PROVINCES}][A-Z][·•]?[A-Z0-9]{{4,6}}[挂学警港澳]?(?![A-Z0-9])")),
)  # fmt: skip
"""Patterns over a text whose full-width figures and letters were made half-width, which moves nothing."""

_LABELLED: tuple[tuple[Hidden, re.Pattern[str]], ...] = (
    (Hidden.ACCOUNT, _figures(r"(?:账号|帐号|账户|帐户|卡号)(?:号码)?[为是：:]?\s?(?P<it>[A-Za-z]?\dD{7,24})")),
    (Hidden.PHONE, re.compile(r"(?:电话|联系方式|手机|传真)(?:号码)?[为是：:]?\s?(?P<it>\d{7,12})(?!\d)")),
    (Hidden.NUMBER, re.compile(r"(?:身份证|护照|通行证|居留证|军官证)(?:件)?(?:号码|号)?[为是：:]?\s?(?P<it>[A-Za-z0-9]{6,18})(?![A-Za-z0-9])")),
    (Hidden.OTHER, re.compile(r"(?:微信|QQ)(?:号码|号)?[为是：:]?\s?(?P<it>[A-Za-z][\w-]{5,19}|\d{5,11})(?![\w-])", re.ASCII)),
    (Hidden.PLATE, re.compile(r"(?:车架|车辆识别代号|发动机)(?:号码|号)?[为是：:]?\s?(?P<it>[A-Z0-9]{6,17})(?![A-Z0-9])")),
    (Hidden.ADDRESS, re.compile(r"(?:住址|家住|现住|户籍地|户籍所在地|户籍|居住地|经常居住地|送达地址|住所地|住所|家庭地址|地址|住)[为是在：:]?\s?(?P<it>[\u4e00-\u9fff\dA-Za-z－—-]{4,60})")),
)  # fmt: skip
_HOUSE = re.compile(
    r"(?P<it>[\u4e00-\u9fff]{2,12}(?:小区|花园|公寓|家园|新村|佳苑|嘉园|苑|里|路|街|巷|村|组|社)[\dA-Za-z一二三四五六七八九十－—-]*"
    r"(?:\d+(?:号楼|号院|栋|幢|座|单元|室|号|组|户)){1,4})"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔文聂章鲁葛柴齐庞颜庄申樊殷欧阎游尚安祝"
    "傅岳季牛包左路柳施纪辛管喻盛翟苗谷柯裴耿单卜费尤焦詹温柏俞凌毕饶翁涂关房兰倪葛祖示"
)
_COMPOUND = "欧阳|司马|诸葛|上官|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|轩辕"
_NAME = rf"(?:(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][ \u3000]?[\u4e00-\u9fff]{{1,2}}|[\u4e00-\u9fff]{{2,8}}[·•][\u4e00-\u9fff·•]{{2,12}})"
_WHO = (
    "申请人|第三人|被处罚人|当事人|被检查人|相对人|原告|被告|上诉人|被上诉人|投诉人|举报人|信访人|证人|经营者|法定代表人|法定代理人|监护人|"
    "负责人|委托代理人|代理人|代表人|联系人|收件人|收款人|户名|受送达人|违法行为人|行为人|驾驶人|受害人|被害人|患者|死者|户主|姓名|之子|之女|之妻|配偶|"
    "妻子|丈夫|父亲|母亲|儿子|女儿"
)
_END = r"(?=$|[\s，。、；：,;:（(）)《“”！？]|[男女]|身份|公民|出生|诉|与|和|及|不服|的|于|在|向|对|因|系|称|提|为|未|已|将|等|申请|要求|认为|主张|陈述|证实|证明|到场|报警|驾驶|承认)"
_NAMED = (
    re.compile(rf"(?:{_WHO})(?:（[^）]{{0,20}}）)?[：:为是]?\s?(?P<it>{_NAME}){_END}"),
    re.compile(rf"(?<![\u4e00-\u9fff])(?P<it>{_NAME})(?=[，,（(]\s?[男女][，,。；）)])"),
    re.compile(rf"(?:{_WHO})[：:为是]?\s?{_NAME}(?P<more>(?:、{_NAME})+){_END}"),
)
_ORGANISATION = (
    "公司",
    "企业",
    "工厂",
    "商店",
    "超市",
    "餐厅",
    "饭店",
    "酒店",
    "中心",
    "政府",
    "委员",
    "医院",
    "学校",
    "银行",
    "集团",
)
_NOT_A_NAME = frozenset("数人次方性名单已未不为在对向由请的")
_AGE = re.compile(
    r"(?P<age>\d{1,2})周?岁|(?P<year>(?:19|20)\d{2})年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?(?:出生|生)|未成年"
)
_NEAR = 30


def propose(texts: Sequence[str], known: Sequence[Known] = (), today: date | None = None) -> list[Change]:
    """What should be hidden in some passages of one document, in order: first what is known, then what is found by its form.

    A name that was found once is hidden wherever it stands. Different names that would look alike are told apart by figures
    (张某1, 张某2). ``today``: by which day somebody counts as a minor.
    """
    folded = [_half_width(text) for text in texts]
    names = _told_apart(_names_in(folded, known), folded, today)
    wanted = [*(one for one in known if one.kind is not Hidden.NAME), *names]
    found = [
        change
        for number, text in enumerate(folded)
        for change in _first_of((*_all_known(text, wanted, number), *_by_form(text, number)))
    ]
    return sorted(found, key=lambda one: (one.passage, one.start))


def places_of(texts: Sequence[str], words: str, kind: Hidden) -> list[Change]:
    """Wherever these words stand, as an officer marks them himself."""
    wanted = [Known(_half_width(words), kind, WHOLLY)]
    return [change for n, text in enumerate(texts) for change in _all_known(_half_width(text), wanted, n)]


def without_overlaps(changes: Iterable[Change]) -> list[Change]:
    """The changes in order, without those that lie in the place of one that was given before them."""
    by_passage: dict[int, list[Change]] = {}
    for change in changes:
        by_passage.setdefault(change.passage, []).append(change)
    kept = [change for inside in by_passage.values() for change in _first_of(inside)]
    return sorted(kept, key=lambda one: (one.passage, one.start))


def _half_width(text: str) -> str:
    """The text with full-width letters and figures made half-width, each in its place."""
    return "".join(
        unicodedata.normalize("NFKC", char) if "０" <= char <= "ｚ" or char == "＠" else char for char in text
    )


def _first_of(changes: Iterable[Change]) -> list[Change]:
    """Of changes of one passage that overlap, the one given first."""
    kept: list[Change] = []
    for change in changes:
        if all(change.end <= one.start or change.start >= one.end for one in kept):
            kept.append(change)
    return kept


def _all_known(text: str, known: Sequence[Known], passage: int) -> Iterator[Change]:
    for one in sorted(known, key=lambda item: -len(item.words)):
        letters = [re.escape(char) for char in _half_width(one.words) if not char.isspace()]
        for match in re.finditer(r"[ \u3000\u00a0]*".join(letters), text) if letters else ():
            yield Change(passage, *match.span(), one.kind, one.into)


def _by_form(text: str, passage: int) -> Iterator[Change]:
    for kind, pattern in (*_FORMS, *_LABELLED, (Hidden.ADDRESS, _HOUSE)):
        for match in pattern.finditer(text):
            start, end = match.span("it") if "it" in pattern.groupindex else match.span()
            words = text[start:end]
            if kind is Hidden.ADDRESS:
                if not re.search(r"\d|村|小区|组|栋|幢|室", words) or shortened(words) == words:
                    continue
                yield Change(passage, start, end, kind, shortened(words))
            elif kind is Hidden.NUMBER or (kind is Hidden.PHONE and words.startswith("1")):
                yield Change(passage, start, end, kind, mask_number(re.sub(r"[^\dA-Za-z]", "", words)))
            else:
                yield Change(passage, start, end, kind, WHOLLY)


def _names_in(texts: Sequence[str], known: Sequence[Known]) -> list[str]:
    """The names of persons: those that are known, then those found by what stands before or after them."""
    names = [one.words for one in known if one.kind is Hidden.NAME]
    for text in texts:
        for pattern in _NAMED:
            for match in pattern.finditer(text):
                listed = match["it"].split("、") if "it" in pattern.groupindex else match["more"][1:].split("、")
                names += [name for name in listed if _is_name(name)]
    return list(dict.fromkeys(names))


def _is_name(words: str) -> bool:
    if "某" in words or words.endswith(_ORGANISATION):
        return False
    return "·" in words or "•" in words or (words[1] not in _NOT_A_NAME and words[-1] not in _NOT_A_NAME)


def _told_apart(names: Sequence[str], texts: Sequence[str], today: date | None) -> list[Known]:
    minors = [name for name in names if today is not None and _is_minor(name, texts, today)]
    forms = {name: mask_name("".join(name.split())) for name in names if name not in minors}
    alike = Counter(forms.values())
    numbers: defaultdict[str, count[int]] = defaultdict(lambda: count(1))
    return [
        *(Known(name, Hidden.MINOR, SOMEBODY) for name in minors),
        *(
            Known(name, Hidden.NAME, f"{form}{next(numbers[form])}" if alike[form] > 1 else form)
            for name, form in forms.items()
        ),
    ]


def _is_minor(name: str, texts: Sequence[str], today: date) -> bool:
    """Whether an age or a birthday that follows the name closely says that somebody is not yet eighteen."""
    for text in texts:
        for match in re.finditer(re.escape(name), text):
            near = re.split(r"[。；]", text[match.end() : match.end() + _NEAR])[0]
            if told := _AGE.search(near):
                if told["age"] or not told["year"]:
                    return not told["age"] or int(told["age"]) < 18
                born = (int(told["year"]), int(told["month"]), int(told["day"] or 1))
                return (today.year - 18, today.month, today.day) < born
    return False
