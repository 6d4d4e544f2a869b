"""卷宗目录: what lies in the file of a case, papers and materials by day, as a document to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from zhunsheng.cases.models import Case, Material, Volume
from zhunsheng.cases.reading import procedure_of
from zhunsheng.papers.document import Banner, Block, Document, Heading, Paragraph, Run, Table, Title
from zhunsheng.papers.models import Paper

_HEADER = ("序号", "名称", "文号", "日期", "备注")


class _Item(NamedTuple):
    on: date
    title: str
    number: str
    remark: str


def file_list(case: Case, volumes: Sequence[Volume], *, is_demonstration: bool = False) -> Document:
    """The list of the volumes named. Papers lie in the main volume; what is void is left out. Two queries."""
    declared = procedure_of(case).procedure.papers
    materials = Material.objects.filter(case=case, voided_at=None, volume__in=volumes).order_by("added_at", "pk")
    scans = {row.paper_id for row in materials if row.paper_id}
    items: dict[str, list[_Item]] = {volume: [] for volume in volumes}
    for paper in Paper.objects.filter(case_id=case.pk).order_by("pk"):
        name = declared[paper.kind].zh if paper.kind in declared else paper.kind
        remark = "有签章扫描件" if paper.pk in scans else ""
        items.setdefault(Volume.MAIN, []).append(_Item(paper.issued_on, name, paper.number, remark))
    for row in materials:
        if row.paper_id is None:
            items[row.volume].append(_Item(timezone.localtime(row.added_at).date(), row.title, "", row.file_name))
    blocks: list[Block] = [Banner("演示数据")] if is_demonstration else []
    blocks += [Title("卷宗目录"), Paragraph((Run(f"案号：{case.number}"),)), Paragraph((Run(f"案件：{case.title}"),))]
    for volume, found in items.items():
        blocks.append(Heading(1, str(Volume(volume).label)))
        rows = [
            (str(place), item.title, item.number, item.on.isoformat(), item.remark)
            for place, item in enumerate(sorted(found, key=lambda item: item.on), 1)
        ]
        blocks.append(Table(_HEADER, tuple(rows)) if rows else Paragraph((Run("无。"),)))
    return Document(tuple(blocks))
