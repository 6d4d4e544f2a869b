"""帮助: the handbook within the desk: its contents with the guides of all systems, one of its pages, its pictures.

The texts are read by ``handbook.reading`` and shown in the reader's language; no network is needed.
"""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse

from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.help_texts import short_language
from zhunsheng.handbook.reading import INDEX, Chapter, chapter, chapters, picture_file
from zhunsheng.kernel.words import Words

HELP = Words("帮助", "Help")


def _read(path: str) -> Chapter:
    return chapter(
        short_language(), path, lambda target: reverse("desk:handbook", args=[target]),
        lambda name: reverse("desk:handbook-picture", args=[name]),
    )  # fmt: skip


@officers_only
def contents(request: Any) -> HttpResponse:
    """What there is to read, and the guides of all systems by field of work."""
    guides = [
        (name, [system for system in systems().values() if system.field_of_work == key])
        for key, name in FIELDS_OF_WORK.items()
    ]
    context = {"here": "help", "chapter": _read(INDEX), "guides": [(name, own) for name, own in guides if own]}
    return page(request, "desk/help.html", context, trail=[Crumb(HELP)])


@officers_only
def handbook(request: Any, path: str) -> HttpResponse:
    """One page of the handbook."""
    if path not in chapters(short_language()):
        raise Http404
    found = _read(path)
    trail = [Crumb(HELP, reverse("desk:help")), Crumb(found.title)]
    return page(request, "desk/handbook.html", {"here": "help", "chapter": found}, trail=trail)


@officers_only
def picture(request: Any, name: str) -> Any:
    """A picture of the handbook."""
    file = picture_file(name)
    if file is None:
        raise Http404
    return FileResponse(file.open("rb"), content_type="image/png")
