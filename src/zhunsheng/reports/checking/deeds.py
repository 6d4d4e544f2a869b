"""行为与事物: words of office work taken apart into what is done (受理, 废止, 备案) and what it is done to (行政复议申请).

Verbs that mean the same deed are one; those that only say that something happened (开展, 组织, 实现) are none. A name of an
account and the words of a figure are compared part by part: 修订应急预案 is told by “修订突发事件应急预案”, and never by
“废止应急预案”.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SAME_WORDS = [
    ("审核", "审查"), ("一趟", "一次"), ("或者", "或"), ("意见建议", "意见"), ("群众来电", "来电"), ("司法建议书", "司法建议"),
    ("执法证件", "执法证"), ("政府法律顾问", "法律顾问"), ("网上办理", "网办"), ("出庭应诉", "出庭"), ("座谈会", "座谈"),
    ("核发", "发放"), ("听证会", "听证"), ("满意度", "满意率"), ("经营主体", "市场主体"), ("合同协议", "协议"), ("合同", "协议"),
    ("来信来访", "信访"), ("机关负责人", "负责人"), ("政务大厅", "服务大厅"), ("政务服务大厅", "服务大厅"), ("免于", "不予"), ("免予", "不予"),
    ("法律知识", "法治"), ("法制", "法治"), ("帮代办", "代办"), ("一般程序", "普通程序"), ("调解组织", "调解委员会"), ("应急救援", "应急"), ("调成", "调解成功"), ("常务会议", "常务会"),
]  # fmt: skip
"""Words that mean the same thing, read alike in names and in texts."""
_IN_TIME = re.compile(
    r"(?:在)?(?:法定|规定|承诺)?(?:的)?(?:审理|办理)?(?:期限|时限|时间)内|按期|按时|如期|及时(?=[办答回备公率])"
)
_ANY_PLACE = re.compile(r"依法治[省县区州旗]")
_COMMITTEE = re.compile(r"[省市县区州旗镇乡工]委(?=常委会|理论|中心组|会议)")
_OF_A_PLACE = re.compile(r"[省市县区州旗](?=人大|政协)")
_TITLE = re.compile(r"《[^《》]*(?:法|典|条例|规定|办法|规则|纲要|规划)》")
"""Of a law or a plan that is only named; 《行政执法监督意见书》41份 are what is counted."""
_PLAIN = re.compile(r"[^\u3400-\u9fffA-Za-z0-9%+]+|[的了]|各类|各项|各种|有关|相关")
_DEEDS = (
    "收到 接收 接到 新收 收案 收件 接件 接报", "受理", "办结 办理完毕 处理完毕 办毕 办复 完结", "审结 结案", "答复 回复 反馈 回应", "制定 出台 制发 印发 公布 发布 颁布",
    "发放 颁发 派发 散发 配发 新办", "修订 修改 修正 修编 变更 调整", "废止 失效 取消", "注销", "撤销", "保留 继续有效 继续执行", "清理 清查", "列入 纳入",
    "审查", "审议", "备案 报备", "公开 公示", "移送 移交", "交办 转办 派单", "转送", "发现 查出", "排查", "整改 纠正 改正 销号", "采纳 吸纳", "提出", "立案",
    "调解 调处 调成", "化解", "成功 达成协议", "聘任 聘请 聘用 选聘", "培训 轮训", "考试 实考 参考", "新建 组建", "新增 增加", "申请 申报 申领",
    "撤回 撤诉", "终止", "延期 延长", "驳回", "维持", "起诉 提起诉讼", "履行", "回访", "减免", "压缩 压减 精简 缩短 减少", "起草", "参加 参训 参演", "出动", "吊销",
    "评估 评价", "评出", "听取", "指派", "引导", "分流", "承接 下放", "命名", "认领", "督办", "通过", "完成",
)  # fmt: skip
_CLASSES = {word: index for index, words in enumerate(_DEEDS) for word in words.split()}
_IDLE = """
    建成 开展 组织 举行 举办 召开 进行 实施 办理 接受 提供 落实 推进 推广 实现 共有 现有 设有 拥有 作出 推行 运用 适用 处理 累计 全年 年度 本年 期间 分别 达到 以上 深化
""".split()  # noqa: SIM905 - a list a reader can look over
_TAKEN_OUT = re.compile("|".join(sorted((*_CLASSES, *_IDLE), key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Parted:
    """Words taken apart: the deeds in them and the things between them, each in their order."""

    deeds: tuple[int, ...]
    pieces: tuple[str, ...]

    @property
    def things(self) -> frozenset[str]:
        """The pairs of characters of the things."""
        return frozenset().union(*(grams(piece) for piece in self.pieces))


def plain(words: str) -> str:
    """Words as they are compared: without marks and titles of laws, the same word for the same thing."""
    words = _TITLE.sub("", words)
    words = _OF_A_PLACE.sub("", words)
    words = _COMMITTEE.sub("党委", _ANY_PLACE.sub("依法治市", _PLAIN.sub("", words)))
    words = _IN_TIME.sub("按期", words)
    for one, other in _SAME_WORDS:
        words = words.replace(one, other)
    return words


def grams(words: str) -> set[str]:
    """The pairs of characters of a text."""
    return {words[index : index + 2] for index in range(len(words) - 1)}


def likeness(one: str, other: str) -> float:
    """How alike two labels are, from 0 to 1; a label within the other is alike."""
    first, second = grams(plain(one)), grams(plain(other))
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def parted(words: str) -> Parted:
    """Plain words taken apart."""
    deeds: list[int] = []
    pieces: list[str] = []
    position = 0
    for found in _TAKEN_OUT.finditer(words):
        pieces.append(words[position : found.start()])
        if found[0] in _CLASSES:
            deeds.append(_CLASSES[found[0]])
        position = found.end()
    pieces.append(words[position:])
    return Parted(tuple(deeds), tuple(piece for piece in pieces if len(piece) > 1))
