"""Lines broken at a margin: put together to paragraphs, but a title never takes in whom the paper is addressed to."""

from zhunsheng.plans.wrapping import unwrapped

BODY = ["示例市以建设法治政府为目标全面推进各项工作任务落", "实到位，现将有关情况报告如下，请予审议。"] * 4


def test_whom_a_paper_is_addressed_to_begins_a_line_of_its_own():
    title = "关于二〇二〇年度法治政府建设有关情况的工作报告告知"
    found = list(unwrapped([title, "市人大常委会：", *BODY]))
    assert found[:2] == [title, "市人大常委会："]
    assert found[2] == "".join(BODY[:2])


def test_a_sentence_that_ends_in_a_colon_is_not_an_address():
    lines = ["示例市以建设法治政府为目标全面推进各项工作任务落", "实的做法如下：", *BODY]
    assert next(unwrapped(lines)) == "示例市以建设法治政府为目标全面推进各项工作任务落实的做法如下："
