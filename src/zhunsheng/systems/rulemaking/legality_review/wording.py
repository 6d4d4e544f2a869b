"""Wording a document of its rank may not contain (越权表述): what to look at, with its ground. A person judges every hit.

A hit says that the words stand there, not that they are unlawful: a draft may restate what higher law provides, and says
so by naming it. Each ground is an article that was read, and holds from the day given with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from zhunsheng.kernel.articles import Paragraph
from zhunsheng.systems.rulemaking.legality_review.draft_text import SENTENCE

DOCUMENT, RULE = "document", "rule"


class Ground(NamedTuple):
    """Why the words are looked at, and from which day that holds."""

    since: date
    article: str


class Watch(NamedTuple):
    """Words that are looked at in texts of these ranks."""

    subject: str
    ranks: tuple[str, ...]
    words: re.Pattern[str]
    grounds: tuple[Ground, ...]

    def ground_on(self, day: date) -> str | None:
        """The newest ground that holds on a day; None before the first."""
        return next((ground.article for ground in reversed(self.grounds) if ground.since <= day), None)


class Hit(NamedTuple):
    """A sentence to be judged. ``names_basis``: it names a law itself, so it may merely restate it."""

    place: str
    sentence: str
    words: str
    subject: str
    ground: str
    names_basis: bool


_LICENSING, _BUSINESS, _FAIR = date(2019, 4, 23), date(2020, 1, 1), date(2024, 8, 1)
_BOTH = (DOCUMENT, RULE)


def _watch(subject: str, ranks: Sequence[str], words: str, *grounds: tuple[date, str]) -> Watch:
    return Watch(subject, tuple(ranks), re.compile(words), tuple(Ground(*ground) for ground in grounds))


WATCHED: tuple[Watch, ...] = (
    _watch("设定行政处罚", [DOCUMENT], r"(?:处以?|并处|可以处|给予|予以)[^。；，]{0,20}(?:罚款|警告|通报批评)|没收(?:违法所得|非法财物)|责令停产停业|(?:暂扣|吊销)[^。；，]{0,12}(?:证|照)|行政拘留|限制从业",
           (date(2021, 7, 15), "行政处罚法第十六条：法律、法规、规章以外的规范性文件不得设定行政处罚")),
    _watch("规章设定警告、通报批评、罚款以外的处罚", [RULE], r"没收(?:违法所得|非法财物)|责令停产停业|(?:暂扣|吊销)[^。；，]{0,12}(?:证|照)|行政拘留|限制从业",
           (date(2021, 7, 15), "行政处罚法第十四条：地方政府规章只能设定警告、通报批评或者一定数额的罚款")),
    _watch("设定行政许可", [DOCUMENT], r"(?:须|应当|必须|需)(?:事先|先行|向)?[^。；，]{0,15}(?:申请|取得|办理|领取|经)[^。；，]{0,25}(?:批准|许可|审批|核准|许可证|准入证|资质证书)|未(?:经|取得)[^。；，]{0,20}(?:批准|许可|审批|核准|许可证)[^。；]{0,8}不得",
           (_LICENSING, "行政许可法第十七条：其他规范性文件一律不得设定行政许可")),
    _watch("规章设定行政许可", [RULE], r"未(?:经|取得)[^。；，]{0,20}(?:批准|许可|审批|核准|许可证)[^。；]{0,8}不得",
           (_LICENSING, "行政许可法第十五条、第十六条：只有省级政府规章可以设定临时性许可；规章不得增设许可和违反上位法的条件")),
    _watch("设定行政强制", _BOTH, r"查封|扣押|冻结|强制拆除|强制执行|代履行|加处罚款|滞纳金|限制人身自由",
           (date(2012, 1, 1), "行政强制法第十条、第十三条：法律、法规以外的规范性文件不得设定行政强制措施，行政强制执行由法律设定")),
    _watch("设立收费、基金、保证金", _BOTH, r"(?:收取|缴纳|交纳|征收|收缴|缴存|预存)[^。；，]{0,15}(?:费|基金|保证金|押金|集资款)",
           (_BUSINESS, "优化营商环境条例第二十五条：涉企收费、基金、保证金应当有法律、行政法规依据或者经国务院批准")),
    _watch("设定证明事项", _BOTH, r"(?:提供|提交|出具|开具|附|持)[^。；，]{0,20}证明(?!事项|责任)",
           (_BUSINESS, "优化营商环境条例第四十四条：证明事项应当有法律、法规或者国务院决定依据")),
    _watch("指定经营者、商品或者服务", _BOTH, r"独家(?:经营|供应|销售|代理|承揽|承办|提供)|(?:指定|统一使用|统一采购|统一购买|只能使用|只能购买|必须使用|必须购买|应当使用|应当购买|应当选用)[^。；，]{0,25}(?:公司|厂|品牌|产品|商品|设备|软件|机构|平台|银行|企业|单位提供)",
           (_BUSINESS, "优化营商环境条例第六十四条：没有依据不得干预市场主体正常生产经营活动"), (_FAIR, "公平竞争审查条例第八条第三项：不得限定经营、购买或者使用特定经营者提供的商品")),
    _watch("限制外地经营者", _BOTH, r"(?:本地|本市|本县|本区|当地|本行政区域内?)(?:注册|登记|纳税|设立|的?企业|的?供应商|的?经营者|的?产品)|(?:外地|外省|外市|市外|县外|域外|区域外)[^。；，]{0,12}(?:企业|供应商|经营者|产品|商品|人员)",
           (_BUSINESS, "优化营商环境条例第六十四条：没有依据不得设置市场准入和退出条件"), (_FAIR, "公平竞争审查条例第九条：不得限制外地经营者、商品和要素")),
    _watch("给予特定经营者优惠", _BOTH, r"税收(?:优惠|返还|奖励)|财政(?:奖励|返还)|(?:税|纳税额|地方留成)[^。；，]{0,12}(?:奖励|返还)|零地价|(?:土地)?出让金[^。；，]{0,6}(?:返还|减免)",
           (_FAIR, "公平竞争审查条例第十条：没有法律、行政法规依据或者未经国务院批准，不得给予特定经营者税收优惠和选择性、差异化奖补")),
    _watch("干预价格", _BOTH, r"统一(?:定价|价格)|最低(?:限价|价格)|(?:政府指导价|政府定价)",
           (_FAIR, "公平竞争审查条例第十一条：不得超越权限制定政府指导价、政府定价，不得违法干预市场调节价")),
    _watch("减损权益、增加义务", [DOCUMENT], r"不得(?:经营|从事|进入|销售|转让|享受|申请|参加)|取消[^。；，]{0,10}资格|限制[^。；，]{0,10}(?:经营|准入|购买)",
           (_BUSINESS, "优化营商环境条例第六十四条：没有法律、法规或者国务院决定和命令依据，不得减损市场主体权益、增加其义务、设置准入和退出条件")),
    _watch("规章减损权利、增加义务", [RULE], r"不得(?:经营|从事|进入|销售|转让|享受|申请|参加)|取消[^。；，]{0,10}资格",
           (date(2018, 5, 1), "规章制定程序条例第三条：没有法律、行政法规、地方性法规依据，不得减损权利或者增加义务")),
)  # fmt: skip

_NAMES_BASIS = re.compile(r"(?:依照|依据|根据|按照|违反)[^。；]{0,30}(?:《|法律|法规|国家有关规定|有关规定)")
_FORBIDS_ITSELF = re.compile(r"^[^，。；]{0,40}(?:不得|禁止|严禁)[^。；]{0,12}$")


def hits(paragraphs: Sequence[Paragraph], rank: str, day: date) -> Iterator[Hit]:
    """Every sentence to be judged, in the order of the text; one for each kind of words in it. A prohibition of the very
    thing (“不得收取任何费用”) is none."""
    for paragraph in paragraphs:
        for sentence in SENTENCE.findall(paragraph.text):
            for watch in WATCHED:
                ground = watch.ground_on(day) if rank in watch.ranks else None
                found = watch.words.search(sentence) if ground else None
                if found is None or _FORBIDS_ITSELF.match(sentence[: found.start()]):
                    continue
                basis = _NAMES_BASIS.search(sentence) is not None
                yield Hit(paragraph.place, sentence.strip(), found[0], watch.subject, ground or "", basis)
