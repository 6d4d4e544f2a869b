"""The statutes (法规) and time limits (期限) the product knows, read once from its own data files.

Facts only: names, versions, articles and numbers; never the texts. Counting is done in the kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from zhunsheng.kernel.citing import article_words, cited_article
from zhunsheng.kernel.limits import GENERAL_ROLL, LENGTHS, Amount, Basis, Extension, Kind, Limit, Unit, end_rolls
from zhunsheng.kernel.words import Words

HERE = Path(__file__).parent


class LawDataError(ValueError):
    """A statute or limit that is not known, or data that contradict themselves."""


@dataclass(frozen=True, slots=True)
class StatuteVersion:
    """A version of a statute; ``in_force`` is None where the sources give only the day of adoption.

    ``rolls``: by which article its periods roll over days off; ``working_day_article``: the article that makes
    certain of its day values working days. ``articles``: how many it has, where they were counted. ``counted_by``: the
    statute and article that ``rolls`` names, where it has such a rule.
    """

    version: str
    in_force: date | None
    until: date | None
    adopted: date | None
    rolls: Words | None
    working_day_article: str | None
    articles: int | None = None
    counted_by: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Statute:
    """A statute, regulation, interpretation or policy, with its versions in the order of time."""

    key: str
    name: Words
    short: Words
    kind: str
    place: str | None
    versions: tuple[StatuteVersion, ...]

    def version_on(self, day: date) -> StatuteVersion | None:
        """The version in force on a day, as far as its dates are known."""
        for version in reversed(self.versions):
            begins = version.in_force or version.adopted
            if (begins is None or begins <= day) and (version.until is None or day <= version.until):
                return version
        return None

    def version(self, name: str | None) -> StatuteVersion | None:
        """The version of that name; the newest when no name is given."""
        if name is None:
            return self.versions[-1] if self.versions else None
        return next((v for v in self.versions if v.version == name), None)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML in which only ``true`` and ``false`` are truth values, so that the key ``on`` stays a word, and a key that is
    written twice is an error: the second would silently take the place of the first."""

    def construct_document(self, node: yaml.Node) -> Any:
        return self._plain(node)

    def _plain(self, node: yaml.Node) -> Any:
        """Texts, lists and mappings made without the detours of YAML's other types: it halves the time, and every command waits for it."""
        if node.tag == "tag:yaml.org,2002:str":
            return node.value
        if node.tag == "tag:yaml.org,2002:seq":
            return [self._plain(item) for item in node.value]
        if node.tag != "tag:yaml.org,2002:map" or any(key.tag in _KEYS_OF_THEIR_OWN for key, _ in node.value):
            return self.construct_object(node, deep=True)
        mapping = {self._plain(key): self._plain(value) for key, value in node.value}
        if len(mapping) < len(node.value):
            keys = [key for key, _ in node.value]
            again = next(key for at, key in enumerate(keys) if key.value in {one.value for one in keys[:at]})
            raise yaml.constructor.ConstructorError(None, None, f"「{again.value}」写了两次", again.start_mark)
        return mapping


_KEYS_OF_THEIR_OWN = {f"tag:yaml.org,2002:{tag}" for tag in ("merge", "map", "seq")}
_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_yaml(path: Path) -> Any:
    """A YAML file as plain data, with the file named in the error when it cannot be read."""
    try:
        with path.open(encoding="utf-8") as stream:
            return yaml.load(stream, Loader=_Loader)  # noqa: S506 - derived from the safe loader
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise LawDataError(f"{path.name} 读不出来：{error}") from error


def _words(entry: Any) -> Words:
    if not entry:
        return Words("", "")
    return Words(str(entry["zh"]), str(entry.get("en") or entry["zh"]))


def _words_or_none(entry: Any) -> Words | None:
    return _words(entry) if entry else None


def _roll_basis(names: Mapping[str, Words], key: str, days: Mapping[str, Any] | None) -> Words | None:
    rolls = (days or {}).get("rolls")
    if not rolls:
        return None
    basis, through = rolls["basis"], rolls.get("through")
    rule = cited_article(names[basis["statute"]], str(basis["article"]))
    if not through:
        return rule
    own = cited_article(names[key], str(through))
    return Words(f"{own.zh}准用{rule.zh}", f"{own.en} with {rule.en}")


def _version(names: Mapping[str, Words], key: str, entry: Mapping[str, Any], item: Mapping[str, Any]) -> StatuteVersion:
    days = item.get("days", entry.get("days")) or {}
    article = days.get("working_day_article")
    rule = (days.get("rolls") or {}).get("basis")
    return StatuteVersion(
        str(item["version"]), item.get("in_force"), item.get("until"), item.get("adopted"),
        _roll_basis(names, key, days), str(article) if article else None, item.get("articles"),
        (rule["statute"], str(rule["article"])) if rule else None,
    )  # fmt: skip


@cache
def statutes() -> Mapping[str, Statute]:
    """Key -> statute."""
    data = load_yaml(HERE / "statutes.yaml")
    names = {key: _words(entry.get("short") or entry["name"]) for key, entry in data.items()}
    found: dict[str, Statute] = {}
    for key, entry in data.items():
        versions = tuple(_version(names, key, entry, item) for item in entry.get("versions") or ())
        found[key] = Statute(key, _words(entry["name"]), names[key], entry["kind"], entry.get("place"), versions)
    return found


def statute(key: str) -> Statute:
    """The statute of a key. Raises ``LawDataError``."""
    try:
        return statutes()[key]
    except KeyError:
        raise LawDataError(f"没有「{key}」这部法规；请先在 law/statutes.yaml 登记") from None


def cite(key: str, version: str | None, article: str, in_words: Words | None = None) -> Basis:
    """A citation of an article (of the whole statute when empty), with the version where there are several.

    ``in_words`` is the article in full (with paragraph and point) where its number alone does not say it.
    """
    found = statute(key)
    year = version or (found.versions[-1].version if found.versions else "")
    several = len(found.versions) > 1 and year
    zh = f"{found.short.zh}{f'（{year}）' if several else ''}"
    en = f"{found.short.en}{f' ({year})' if several else ''}"
    if article or in_words:
        said = in_words or article_words(article)
        zh, en = f"{zh}{said.zh}", f"{en}, {said.en}"
    return Basis(key, article, year, Words(zh, en))


def ad_hoc_limit(amount: Amount, statute_key: str, kind: Kind = Kind.DEADLINE, day: date | None = None) -> Limit:
    """A limit that is not in the list, counted the way a statute counts (for the command line and settings)."""
    found = statute(statute_key)
    version = found.version_on(day) if day else found.version(None)
    own = version.rolls if version else None
    cited = (version.working_day_article if version and amount.unit is Unit.WORKING_DAY else None) or ""
    basis = cite(statute_key, version.version if version else None, cited)
    name = Words(f"{amount.words().zh}（{found.short.zh}）", f"{amount.words().en} ({found.short.en})")
    return Limit(
        "", name, kind, amount.unit, amount.value, basis,
        rolls=end_rolls(kind, amount.unit, own is not None), roll_basis=own or GENERAL_ROLL,
    )  # fmt: skip


def _limit(key: str, entry: Mapping[str, Any]) -> Limit:
    cited = entry["basis"]
    found = statute(cited["statute"])
    version = found.version(str(cited["version"])) if cited.get("version") else found.version(None)
    own = version.rolls if version else None
    kind, unit = Kind(entry["kind"]), Unit(entry["unit"])
    value = entry.get("value")
    fixed = None
    if isinstance(value, str):
        month, day = value.split("-")
        fixed, value = (int(month), int(day)), None
    articles = _words(cited["articles"]) if cited.get("articles") else None
    basis = cite(found.key, version.version if version else None, str(cited.get("article") or ""), articles)
    return Limit(
        id=key,
        name=_words(entry["name"]),
        kind=kind,
        unit=unit,
        value=value,
        basis=basis,
        start=_words(entry.get("from")),
        fixed_date=fixed,
        at_least=_amount(entry.get("at_least")),
        extension=_extension(entry.get("extension")),
        pauses=tuple(_words(pause) for pause in entry.get("pauses") or ()),
        rolls=bool(entry["rolls"]) if "rolls" in entry else end_rolls(kind, unit, own is not None),
        roll_basis=own or GENERAL_ROLL,
        scope=entry["scope"],
        verified=bool(entry["verified"]),
        note=_words_or_none(entry.get("note")),
        procedure=_words_or_none(entry.get("procedure")),
        who=_words_or_none(entry.get("who")),
        consequence=_words_or_none(entry.get("consequence")),
    )


def _amount(entry: Mapping[str, Any] | None) -> Amount | None:
    if not entry or entry.get("value") is None:
        return None
    return Amount(int(entry["value"]), Unit(entry["unit"]))


def _extension(entry: Mapping[str, Any] | None) -> Extension | None:
    if not entry:
        return None
    return Extension(
        _amount(entry),
        int(entry.get("times") or 1),
        _words_or_none(entry.get("approver")),
        _words_or_none(entry.get("condition")),
        _amount(entry.get("total")),
    )


_HOLIDAYS = ("holidays_regulation", "2")
"""Which days are off, for whatever is counted in working days or moves off a holiday."""


def counting_articles(limit: Limit) -> list[tuple[str, str]]:
    """The statutes and articles by which a length of time is counted: the statute's own rule, else the Civil Code's."""
    if limit.unit not in LENGTHS or limit.unit is Unit.HOUR:
        return []
    calendar = [_HOLIDAYS] if limit.rolls or limit.unit is Unit.WORKING_DAY else []
    version = statute(limit.basis.statute).version(limit.basis.version)
    if version and version.counted_by:
        return [*calendar, version.counted_by]
    corresponding = ["202"] if limit.unit in (Unit.MONTH, Unit.YEAR) else []
    moved = ["203"] if limit.rolls else []
    return [*calendar, *(("civil_code", article) for article in ("201", *corresponding, *moved))]


@cache
def limits() -> Mapping[str, Limit]:
    """Id -> limit, from every file of ``limits/``."""
    found: dict[str, Limit] = {}
    for path in sorted((HERE / "limits").glob("*.yaml")):
        for key, entry in load_yaml(path).items():
            if key in found:
                raise LawDataError(f"期限 {key} 登记了两次（{path.name}）")
            try:
                found[key] = _limit(key, entry)
            except (KeyError, ValueError, TypeError) as error:
                raise LawDataError(f"{path.name} 中的期限 {key} 有误：{error}") from error
    return found


def limit(key: str) -> Limit:
    """The limit of an id. Raises ``LawDataError`` naming near ones."""
    try:
        return limits()[key]
    except KeyError:
        near = "、".join(get_close_matches(key, limits(), n=5, cutoff=0.5))
        raise LawDataError(f"没有编号为「{key}」的期限" + (f"；相近的有：{near}" if near else "")) from None
