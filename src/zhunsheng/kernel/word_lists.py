"""Words by which a text shows what it is (词表): each list has a name, so that the conditions of many declarations ask for the same
words (``{without: {listed: minutes}}``). Lists alone; how a word is looked for is in ``conditions``.
"""

from __future__ import annotations

from collections.abc import Mapping

WORD_LISTS: Mapping[str, tuple[str, ...]] = {
    # minutes of a meeting and what is passed on in their place, which are no basis of enforcement
    "minutes": (
        "会议纪要", "会纪要", "会议记录", "纪要〔", "纪要第", "抄告单", "会议决定事项",
    ),
    # fines and proceeds in the name of an indicator
    "fines": (
        "罚款", "罚没", "罚缴", "罚金", "没收金额", "没收…额", "没收违法所得", "处罚金额", "处罚…金额", "非税收入",
    ),
    # fines and proceeds in what points are given for
    "sums_of_fines": (
        "罚款数额", "罚款金额", "罚款…额", "罚款…收入", "罚款…任务", "罚款…指标", "罚款…入库", "罚款…上缴", "罚款…增长", "罚款…万元", "罚没收入", "罚没金额",
        "罚没数额", "罚没任务", "罚没指标", "罚没…额", "罚没…收入", "罚没…任务", "罚没…指标", "罚没…入库", "罚没…上缴", "罚没…增长", "罚没…万元", "罚金",
        "没收…额", "处罚金额", "处罚…金额", "非税收入",
    ),
    # figures of fines, by their names and codes
    "figures_of_fines": (
        "罚款", "罚没", "fines", "fine_amount", "penalty_amount", "confiscated",
    ),
    # numbers of cases, which are a target in disguise
    "numbers_of_cases": (
        "办案数量", "办案件数", "办案量", "办案总数", "办案数…增", "办案数…加", "办案数…名", "案件数量", "案件件数", "案件总数", "案件量", "案件数…增",
        "案件数…加", "案件数…名", "案件数…达", "处罚件数", "处罚数量", "处罚总数", "处罚数…增", "处罚数…加", "立案数量", "立案件数", "立案数…增", "立案数…加",
        "立案数…名", "查处…件数", "查处…起数", "查处…数量", "结案件数", "结案数量", "每办…案", "每办…起", "每查处", "每立案", "每处罚", "每…件加", "每…件得",
        "每…起加", "每…起得",
    ),
    # fines or cases of which there were too few
    "numbers_missed": (
        "未完成…罚没", "未完成…罚款", "罚没…未完成", "罚款…未完成", "罚没…未达", "罚款…未达", "罚没…不足", "罚款…不足", "罚没…下降", "罚款…下降", "未完成…办案",
        "办案…未完成", "办案…未达", "办案…不足", "办案…少于", "案件数…未达", "案件数…不足", "案件数…少于", "案件数…下降", "每少…案",
    ),
    # income from fines that is demanded
    "targets_of_fines": (
        "罚没收入…增长", "罚没收入…达到", "罚没收入…万", "罚没收入…亿", "罚没收入…不低于", "罚没收入…不少于", "罚款收入…增长", "罚款收入…达到", "罚款收入…万",
        "罚款收入…亿", "罚款收入…不低于", "罚没金额…增长", "罚没金额…不低于", "罚没金额…万", "罚没任务…万", "罚没指标…万", "罚没款…增长", "罚没款…万",
        "罚款金额…增长", "罚款金额…不低于", "罚款金额…力争", "罚款总额…增长", "罚款总额…不低于", "罚款总额…万", "罚款任务…万", "罚没入库任务", "罚款入库任务",
        "处罚金额…增长", "处罚金额…不低于", "执法收入…增长", "罚缴…完成率", "非税收入…增长", "完成罚没", "完成罚款",
    ),
}  # fmt: skip
