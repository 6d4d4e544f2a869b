"""销毁证明: the paper on a destruction, made anew from what remains whenever it is asked for; it holds no personal data."""

from __future__ import annotations

from django.utils import timezone

from zhunsheng.catalogue.loading import systems
from zhunsheng.papers.document import Banner, Block, Document, Number, Paragraph, Run, Signature, Table, Title
from zhunsheng.retention.models import Proposal

_HEADER = ("序号", "系统", "案号", "办结日期", "保管期限依据", "销毁前内容的摘要")


def certificate(row: Proposal, *, is_demonstration: bool = False) -> Document:
    """The certificate of a list that was carried out. Two queries."""
    found = list(row.tombstones.order_by("pk"))
    reviewers = [f"{one.officer.name}（{timezone.localdate(one.at)}）" for one in row.reviews.select_related("officer")]
    on = timezone.localdate(row.ended_at or row.proposed_at)
    said = (
        f"{row.organ.name}于 {on} 销毁案卷 {len(found)} 件，保管期限均已届满，清单如下。",
        f"提出人：{row.proposed_by.name}（{timezone.localdate(row.proposed_at)}）。鉴定人：{'、'.join(reviewers)}。",
        f"鉴定意见：{row.reason}",
        "案卷的内容、文书、材料、当事人信息和检索内容已从数据库和文件目录删除。",
        "销毁前所作的备份仍含有这些内容，应当按备份的保存期限一并清除；从这样的备份恢复后，应当重新办理销毁。",
        "案件计入的指标数不变。“摘要”是销毁前各条记录的散列值的散列，可与防篡改链核对。",
    )
    rows = tuple(
        (str(place), systems()[one.system].name.zh if one.system in systems() else one.system, one.number,
         one.closed_on.isoformat(), one.basis, one.digest)
        for place, one in enumerate(found, 1)
    )  # fmt: skip
    blocks: list[Block] = [Banner("演示数据")] if is_demonstration else []
    blocks += [Title("档案销毁证明"), Number(row.number), *(Paragraph((Run(text),)) for text in said)]
    return Document((*blocks, Table(_HEADER, rows), Signature(row.organ.name, on)), across=True)
