"""The text of every paper as it comes out of the worked examples: nothing that reads badly, whatever was left empty."""

import re

from zhunsheng.cases.recording import title_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.catalogue.scenarios import read_scenarios, steps_of
from zhunsheng.law.working_days import packaged_calendar
from zhunsheng.papers.document import Heading, Paragraph, Signature
from zhunsheng.papers.issuing import paper_values, template_of
from zhunsheng.papers.layout import BLANK, fill

ORGAN = "示例县某局"
FAULTS = {
    "marks doubled": re.compile(r"[，。；：、？！]{2}"),
    "brackets that hold nothing": re.compile(rf"（\s*(?:{BLANK})?\s*）|〔\s*〕|《\s*》|“\s*”|（（"),
    "a field that was not filled in": re.compile(r"[{}]"),
    "a word of the machine": re.compile(r"None|True|False|[a-z]+_[a-z]+"),
    "a word twice": re.compile(r"的的|号号|日日|于于|的之日|一案案"),
    "a blank between characters": re.compile(r"[\u4e00-\u9fff] +[\u4e00-\u9fff\d]"),
    "a line that begins with a mark": re.compile(r"^[，。；：、）]", re.MULTILINE),
}
ORDINAL = re.compile(r"^([一二三四五六七八九十]+)、")
NUMBERS = "一二三四五六七八九十"


def _papers():
    """(name, document) of every paper the examples issue."""
    calendar = packaged_calendar()
    for slug, owner in systems().items():
        examples = read_scenarios(owner)
        for example in examples.scenarios if examples else ():
            for step in steps_of(owner, examples, example, calendar):
                compiled = owner.procedure_of(step.case.version)
                for kind in step.papers:
                    number = "示〔2026〕7号" if compiled.procedure.papers[kind].number else ""
                    values = paper_values(
                        compiled, kind, step.case, calendar, number=number, case_number="示例〔2026〕3号", organ_name=ORGAN, signer=ORGAN, on=step.on,
                        outcome=step.outcome or step.case.outcome, note="", title=title_of(compiled, step.case.fields, "示例〔2026〕3号"),
                    )  # fmt: skip
                    template = template_of(slug, compiled.procedure, kind)
                    yield f"{slug}.{kind}", fill(template, values, signer=ORGAN, number=number, on=step.on)


def _text(block):
    return "".join(run.text for run in block.runs) if isinstance(block, Paragraph) else getattr(block, "text", "")


def _structure(blocks):
    """What is wrong with the order of blocks: a heading over nothing, ordinals with a gap."""
    last = 0
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        if isinstance(block, Heading):
            is_deeper = isinstance(after, Heading) and after.level > block.level
            if after is None or isinstance(after, Signature) or (isinstance(after, Heading) and not is_deeper):
                yield f"a heading over nothing: {block.text}"
            if found := ORDINAL.match(block.text):
                place = NUMBERS.index(found[1]) + 1
                if place not in (1, last + 1):
                    yield f"a gap before {block.text}"
                last = place


def test_no_paper_reads_badly():
    found, seen = set(), set()
    for name, document in _papers():
        seen.add(name)
        text = "\n".join(map(_text, document.blocks))
        found |= {(name, fault, match[0]) for fault, form in FAULTS.items() for match in form.finditer(text)}
        found |= {(name, fault, "") for fault in _structure(document.blocks)}
    assert sorted(found) == []
    assert len(seen) > 380
