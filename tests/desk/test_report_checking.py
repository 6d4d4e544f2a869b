"""The page that checks a report: figures and findings marked in the text, what cannot be read said, the ledger beside it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGE = "/reports/check/"
TEXT = "收到行政复议申请98件，其中决定受理88件，不予受理9件。<b>说明，群众满意率达102%。"


def test_marks_figures_and_findings_in_the_text(owner: Client) -> None:
    shown = owner.post(PAGE, {"text": TEXT}).content.decode()
    assert 'id="mark-1" href="#figure-1">98件</a>' in shown
    assert 'href="#found-1-0">群众满意率达102%</a>' in shown
    assert "&lt;b&gt;" in shown
    assert "分项合计 97（88 + 9），比总数少 1" in shown
    assert 'href="/figure/administrative_reconsideration.received/"' in shown


def test_says_what_it_cannot_read(owner: Client) -> None:
    empty = owner.post(PAGE, {"text": "  "})
    assert empty.status_code == 422
    assert "请粘贴报告正文" in empty.content.decode()
    broken = owner.post(PAGE, {"file": SimpleUploadedFile("报告.docx", b"no document")})
    assert "不是 Word 文档" in broken.content.decode()


def test_a_region_out_of_reach_is_not_laid_beside(owner: Client) -> None:
    shown = owner.post(PAGE, {"text": TEXT, "region": "110000", "year": "2024"}).content.decode()
    assert "台账中" not in shown


def test_compares_reports_that_are_sent(owner: Client) -> None:
    files = [
        SimpleUploadedFile("甲.txt", "示例甲市2023年法治政府建设报告\n收到行政复议申请120件。".encode()),
        SimpleUploadedFile("乙.txt", "示例乙市2023年法治政府建设报告\n收到行政复议申请80件。".encode()),
    ]
    shown = owner.post("/reports/comparison/", {"files": files}).content.decode()
    assert "示例甲市" in shown
    assert "收到行政复议申请80件" in shown
    for file in files:
        file.seek(0)
    book = owner.post("/reports/comparison/", {"files": files, "as": "xlsx"})
    assert b"".join(book.streaming_content)[:2] == b"PK"
    assert owner.post("/reports/comparison/", {}).status_code == 422
