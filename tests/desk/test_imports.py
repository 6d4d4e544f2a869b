"""Importing a workbook in the browser: columns, problems, the right rows only, once only, in the background, by whom."""

import io
import subprocess
import sys

import pytest
from openpyxl import Workbook, load_workbook

from tests.desk.county import SYSTEM, days_ago, officer, signed_in
from zhunsheng.cases.models import Case
from zhunsheng.desk import background, import_pages, import_running
from zhunsheng.desk.models import Job, Upload
from zhunsheng.security.models import AuditEntry

START = f"/cases/{SYSTEM}/import/"
HEADINGS = ["送审日期", "事项名称", "类别", "报来的单位", "材料清单", "经手人手机", "收件日期"]
GOOD = [days_ago(20), "《示例采购协议》", "行政协议", "示例县财政局", "草案、说明", "13800000000", days_ago(19)]


def book(*rows, headings=HEADINGS):
    made = Workbook()
    made.active.title = "台账"
    for row in (headings, *rows):
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    file.name = "审查台账.xlsx"
    return file


def changed(**cells):
    return [cells.get(heading, cell) for heading, cell in zip(HEADINGS, GOOD, strict=True)]


def upload(client, file):
    """The address of the upload's page."""
    answer = client.post(START, {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def checked(client, file, **columns):
    """The page after the columns have been decided about; column 4 is the submitting unit, column 6 nothing."""
    address = upload(client, file)
    return address, client.post(f"{address}columns/", {"column_4": "submitting_unit", **columns}, follow=True)


def test_columns_are_shown_with_their_values_and_unknown_ones_asked_about(county, owner):
    address = upload(owner, book(GOOD))
    page = owner.get(address)
    lines = {line.column.place: line for line in page.context["lines"]}
    assert [place for place, line in lines.items() if line.is_open] == [4, 6]
    assert lines[2].column.samples == ("《示例采购协议》",)
    assert "“收件”的办理日期" in lines[7].words
    offered = {option.key for _name, group in page.context["options"] for option in group}
    assert "submitting_unit" in offered
    assert "matter" not in offered  # column 2 gives it
    assert not Case.objects.exists()


def test_a_right_workbook_is_confirmed_and_imported(county, owner):
    address, page = checked(owner, book(GOOD, changed(事项名称="《第二件》", 收件日期=None)))
    text = page.content.decode()
    assert "写入 2 件案件、3 个环节" in text
    assert not Case.objects.exists()
    page = owner.post(f"{address}run/", follow=True)
    assert [row.case.title for row in page.context["rows"]] == ["《示例采购协议》", "《第二件》"]
    assert {case.organ for case in Case.objects.all()} == {county.justice}
    assert Case.objects.first().fields["submitting_unit"] == "示例县财政局"
    assert AuditEntry.objects.filter(action="cases.import", officer=county.owner).count() == 1
    kept = Upload.objects.get()
    assert (bytes(kept.content), kept.imported_at is None) == (b"", False)


def test_problems_are_told_by_cell_and_marked_and_nothing_is_written(county, owner):
    wrong_twice = changed(送审日期="去年春天", 类别="随便")
    address, page = checked(owner, book(GOOD, changed(送审日期="去年春天"), changed(类别="随便"), wrong_twice))
    found = {(line.row, line.column) for line in page.context["problems"]}
    assert found == {(3, 1), (4, 3), (5, 1), (5, 3)}, "a day that cannot be read hides nothing else"
    assert "第 3 行第 1 列" in page.content.decode()
    marked = owner.get(f"{address}annotated/")
    sheet = load_workbook(io.BytesIO(b"".join(marked.streaming_content))).worksheets[0]
    assert sheet["A3"].comment is not None
    assert sheet["A2"].comment is None
    refused = owner.post(f"{address}run/", follow=True)
    assert "还有问题没有改正" in refused.content.decode()
    assert not Case.objects.exists()


def test_the_right_rows_alone(county, owner):
    address, page = checked(owner, book(changed(送审日期="去年春天"), GOOD))
    assert "只导入正确的 1 行" in page.content.decode()
    page = owner.post(f"{address}run/", {"take_good": "1"}, follow=True)
    assert [row.case.title for row in page.context["rows"]] == ["《示例采购协议》"]
    assert "有 1 行没有导入" in page.content.decode()
    marked = owner.get(f"{address}annotated/")
    sheet = load_workbook(io.BytesIO(b"".join(marked.streaming_content))).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["去年春天"]


def test_the_same_file_is_known_again(county, owner):
    content = book(GOOD).getvalue()

    def again():
        file = io.BytesIO(content)
        file.name = "另一个名字.xlsx"
        return file

    address, _page = checked(owner, again())
    owner.post(f"{address}run/")
    address, page = checked(owner, again())
    assert "已由示例甲导入过，写入了 1 件" in page.content.decode()
    page = owner.post(f"{address}run/", follow=True)
    assert "这个文件已经导入过" in page.content.decode()
    assert Case.objects.count() == 1
    owner.post(f"{address}run/", {"again": "1"})
    assert Case.objects.count() == 2


def test_an_upload_is_imported_once(county, owner):
    address, _page = checked(owner, book(GOOD))
    owner.post(f"{address}run/")
    owner.post(f"{address}run/", {"again": "1"})
    with pytest.raises(import_running.AlreadyImported):
        import_running.import_upload(Upload.objects.get().pk, take_good=True)
    assert Case.objects.count() == 1


def test_two_columns_cannot_stand_for_one_thing(county, owner):
    _address, page = checked(owner, book(GOOD), column_6="submitting_unit")
    assert "有两列都对应“送审单位”" in page.content.decode()


def test_a_file_that_is_no_table_is_named(county, owner):
    for content, words in ((b"PK\x03\x04broken", "文件已损坏"), (b"", "文件是空的"), (b"a,b\n1,2\n", "没有找到表头")):
        file = io.BytesIO(content)
        file.name = "x.xlsx"
        answer = owner.post(START, {"file": file})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert "只有表头" in owner.post(START, {"file": book()}).content.decode()
    assert not Upload.objects.exists()


def test_a_table_none_of_whose_columns_is_known_is_said_column_by_column(county, owner):
    """Below a title over all columns; a column without a heading is named as not read."""
    headings = ["哪天送来", "叫什么", "是什么类", "谁送来", "附了什么", "", "哪天收下"]
    title = ["合法性审查一览表", *[None] * 6]
    made = load_workbook(book(headings, GOOD, headings=title))
    made.active.merge_cells("A1:G1")
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    file.name = "一览表.xlsx"
    address = upload(owner, file)
    lines = {line.column.place: line for line in owner.get(address).context["lines"]}
    assert [place for place, line in lines.items() if line.is_open] == [1, 2, 3, 4, 5, 7]
    assert (lines[6].words, lines[6].column.samples) == ("没有列名，不读取", ("13800000000",))
    columns = ("action:submit", "matter", "kind", "submitting_unit", "materials", "", "action:accept")
    said = {f"column_{place}": key for place, key in enumerate(columns, 1)}
    assert "写入 1 件案件、2 个环节" in owner.post(f"{address}columns/", said, follow=True).content.decode()


def test_the_same_content_is_mended_in_the_whole_column_and_rows_alike_are_named(county, owner):
    wrong = changed(类别="采购的协议")
    address, _page = checked(
        owner, book(GOOD, wrong, changed(类别="采购的协议", 事项名称="《二》"), changed(类别="别的"))
    )
    page = owner.post(f"{address}mend/", {"cell_3_3": "行政协议", "cell_4_3": "采购的协议", "alike": "1"}, follow=True)
    assert [line.row for line in page.context["problems"]] == [5]
    assert "第3行与第2行" in page.content.decode()


def test_steps_for_other_roles_are_refused_by_cell(county):
    role = "sponsor"
    clerk = signed_in(officer("clerk", "示例戊", county.justice, system=SYSTEM, role=role))
    _address, page = checked(clerk, book(GOOD, changed(收件日期=None)))
    (problem,) = page.context["problems"]
    assert (problem.row, problem.column) == (2, 7)
    assert "没有这个岗位" in problem.words
    assert page.context["checked"]["cases"] == 1


def test_who_has_no_duty_there_finds_nothing(county, owner, colleague, stranger):
    address = upload(owner, book(GOOD))
    assert colleague.get(address).status_code == 404
    assert colleague.post(f"{address}columns/").status_code == 404
    for path in (START, f"{START}template/", address, f"{address}annotated/"):
        assert stranger.get(path).status_code == 404, path
    assert stranger.post(f"{address}run/").status_code == 404


def test_the_empty_form_is_read_back(county, owner):
    form = owner.get(f"{START}template/")
    sheet = load_workbook(io.BytesIO(b"".join(form.streaming_content))).worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    line = [GOOD[0] if h == "送审日期" else "示例" for h in headings]
    page = owner.get(upload(owner, book(line, headings=headings)))
    assert not any(line.is_open for line in page.context["lines"])


# --- in the background -----------------------------------------------------------------------------------------------


@pytest.fixture
def long_file(monkeypatch):
    """Three rows that count as a long file."""
    monkeypatch.setattr(import_pages, "AT_ONCE", 2)
    return book(GOOD, changed(事项名称="《二》"), changed(事项名称="《三》"))


def test_a_long_file_goes_to_the_background(county, owner, long_file):
    address, page = checked(owner, long_file)
    job = Job.objects.get()
    assert page.redirect_chain[-1][0] == f"/jobs/{job.pk}/"
    assert "排队等候" in page.content.decode()
    assert background.run(job.pk)
    assert not background.run(job.pk)
    page = owner.get(f"/jobs/{job.pk}/", follow=True)
    assert page.redirect_chain[-1][0] == address
    owner.post(f"{address}run/")
    owner.post(f"{address}run/")
    job = Job.objects.get(kind="import")
    background.run(job.pk)
    assert Case.objects.count() == 3
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 3)


def test_a_job_is_its_officers_alone(county, owner, colleague, long_file):
    checked(owner, long_file)
    job = Job.objects.get()
    assert colleague.get(f"/jobs/{job.pk}/").status_code == 404
    assert colleague.post(f"/jobs/{job.pk}/again/").status_code == 404
    assert colleague.get("/jobs/").context["lines"] == []
    assert len(owner.get("/jobs/").context["lines"]) == 1


def test_a_job_whose_worker_died_is_broken_off_and_can_be_started_again(county, owner, long_file):
    address, _page = checked(owner, long_file)
    job = Job.objects.get()
    Job.objects.update(state="running")
    holding = "import fcntl,sys,time;f=open(sys.argv[1],'a+');fcntl.flock(f,2);print(1,flush=True);time.sleep(60)"
    command = [sys.executable, "-c", holding, str(background._path(job.pk))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        assert "已处理 0 件" in owner.get(f"/jobs/{job.pk}/").content.decode()
        assert not owner.get(f"/jobs/{job.pk}/").context["can_start_again"]
        holder.kill()
    assert "中断" in owner.get(f"/jobs/{job.pk}/").content.decode()
    owner.post(f"/jobs/{job.pk}/again/")
    assert background.run(job.pk)
    assert "可以导入" in owner.get(address).content.decode()


def test_a_job_that_fails_says_so(county, owner, long_file, caplog):
    checked(owner, long_file)
    Upload.objects.update(content=b"")
    job = Job.objects.get()
    background.run(job.pk)
    assert "文件是空的" in owner.get(f"/jobs/{job.pk}/").content.decode()


def test_the_worker_stops_when_nothing_waits(transactional_db, county, owner, long_file):
    # The worker gives up connections between jobs, which no transaction around the test would survive.
    checked(owner, long_file)
    background.work(until=lambda: background.next_waiting() is None)
    assert Job.objects.get().state == "done"


def test_files_are_not_kept_for_ever(county, owner):
    from django.utils import timezone

    upload(owner, book(GOOD))
    Upload.objects.update(uploaded_at=timezone.now() - background.KEPT * 2)
    background.forget_old_files()
    assert bytes(Upload.objects.get().content) == b""


def test_pages_ask_a_fixed_number_of_queries(county, owner, django_assert_max_num_queries):
    address, _page = checked(owner, book(GOOD))
    owner.post(f"{address}run/")
    with django_assert_max_num_queries(19) as few:
        owner.get(address)
    most = len(few.captured_queries)
    address, _page = checked(owner, book(*(changed(事项名称=f"《{n}》") for n in range(9))))
    owner.post(f"{address}run/")
    with django_assert_max_num_queries(most):
        assert len(owner.get(address).context["rows"]) == 9


def test_an_unknown_column_is_offered_for_the_only_thing_with_its_heading_in_its_name(county, owner):
    """机关 stands in 办理机关 alone; 类 is too short to tell, and 日期 stands in the name of every step."""
    address = upload(owner, book(["2026-01-05", "示例县司法局", "x", "y"], headings=["日期", "机关", "类", "事项名称"]))
    assert [line.chosen for line in owner.get(address).context["lines"]] == ["", "organ", "", ""]


def test_a_day_is_offered_for_the_step_that_begins_as_its_heading(county, owner):
    address = upload(
        owner, book(["2026-01-05", "2026-01-06", "《示例》"], headings=["送审日期", "要求补充时间", "事项名称"])
    )
    assert [line.chosen for line in owner.get(address).context["lines"]] == ["", "action:request_completion", ""]
