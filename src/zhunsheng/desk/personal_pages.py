"""个人信息清单 in the browser: which fields hold something of people, what for and on what basis, how they are encrypted, how
long they are kept in a place, and who sees them.

What is listed comes from the declarations, as in the handbook (``handbook.personal_page``); no person's data is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.http import HttpResponse

from zhunsheng.catalogue.loading import System
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.menu import OFFICE
from zhunsheng.desk.organ_pages import GROUP
from zhunsheng.desk.setting_pages import Row, in_reach, names_of, organ_asked, row_of
from zhunsheng.desk.wording import say
from zhunsheng.handbook.personal_page import CLASSES, Held, inventory, of_tables
from zhunsheng.kernel.words import Words
from zhunsheng.local.kinds import kinds
from zhunsheng.local.retention import RETENTION
from zhunsheng.local.values import decisions


@officers_only
def personal(request: Any) -> HttpResponse:
    """The inventory as it is in one organ, of the systems and fields asked for."""
    organs = in_reach(request.access, request.day)
    organ = organ_asked(request, organs)
    level, text = request.GET.get("class", ""), request.GET.get("q", "").strip()
    known, kind = decisions(), kinds()[RETENTION]
    things, names = kind.things(), names_of(known)

    def kept(system: System, held: Held) -> Row:
        return row_of(kind, things[f"{held.kept_with}.{system.slug}"], organ, request.day, known, names)

    found = [
        (system, held, kept(system, held))
        for system, fields in inventory()
        for held in fields
        if level in ("", _code(held)) and (not text or text.lower() in f"{say(system.name)} {say(held.words)}".lower())
    ]
    context = {
        "organs": organs, "organ": organ, "classes": [(one.value, words) for one, words in CLASSES.items()], "chosen": level,
        "text": text, "rows": found, "tables": list(_tables()),
    }  # fmt: skip
    return page(request, "desk/personal.html", context, trail=[Crumb(GROUP), Crumb(OFFICE["personal"][0])])


def _code(held: Held) -> str:
    return next(one.value for one, words in CLASSES.items() if words == held.level)


def _tables() -> Iterator[tuple[str, str, list[Words]]]:
    """The platform's own tables: what is in the table, the column where it has a name, and what is told of it."""
    for key, told in of_tables().items():
        label, _dot, column = key.rpartition(".")
        model = apps.get_model(label)
        name = str(model._meta.get_field(column).verbose_name)
        parts = [Words(*told[part]) for part in ("purpose", "sealed", "kept", "seen")]
        yield str(model._meta.verbose_name), "" if name == column else name, parts
