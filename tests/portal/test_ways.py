"""That the walk of every public way (``ways``) sees a leak, wherever it is: in a text, a name of a file, a packed file, a PDF.
The walk itself, over a county with one of everything, is in ``tests/desk/test_routes``."""

import io
import zipfile

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from tests.portal import ways
from zhunsheng.papers.document import Document, Paragraph, Run
from zhunsheng.papers.pdf import to_pdf
from zhunsheng.urls import urlpatterns as site

WORD = "甲字暗号"


def in_text(request, pk):
    return HttpResponse("<p>甲字<b>暗号</b></p>" if pk == 7 else "")


def in_a_name(request, pk):
    response = HttpResponse("")
    response["Content-Disposition"] = "attachment; filename*=utf-8''%E7%94%B2%E5%AD%97%E6%9A%97%E5%8F%B7.txt"
    return response


def in_a_file(request, form):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("docProps/core.xml", WORD)
    return HttpResponse(packed.getvalue() if form == "docx" else to_pdf(Document((Paragraph((Run(WORD),)),))))


urlpatterns = [
    *site, path("public/leak/<int:pk>/", in_text), path("public/leak/<int:pk>/file/", in_a_name),
    path("public/leak.<print:form>", in_a_file),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.once
def test_a_route_that_leaks_is_seen(settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr(ways, "BEGINS", ("public/leak",))
    walked = ways.walk({"nobody": Client().cookies, "officer": Client().cookies}, [3, 7], [WORD])
    assert walked.routes == {"public/leak/<int:pk>/", "public/leak/<int:pk>/file/", "public/leak.<print:form>"}
    leaking = {leak.split()[2].partition("?")[0].rstrip(":") for leak in walked.leaks}
    assert leaking == {
        "/public/leak/7/", "/public/leak/3/file/", "/public/leak/7/file/", "/public/leak/999999/file/",
        "/public/leak.docx", "/public/leak.pdf",
    }  # fmt: skip
    assert walked.tried == (3 + 3) * 4 + 2 * (len(ways.ASKED) + 3)
    assert ways.walk({"nobody": Client().cookies}, [3, 7], [WORD]).tried == (3 + 3) + 2 * len(ways.ASKED)


def test_every_public_route_is_among_those_walked():
    assert {"public/decisions/<int:pk>/", "public/decisions/data.<form:form>", "robots.txt"} <= set(ways.routes())


def test_a_heavy_page_is_seen():
    assert ways.weight_of(b'<link href="/static/portal/portal.css">' + b" " * 1000) > 5_000
