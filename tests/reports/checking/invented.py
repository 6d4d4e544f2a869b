"""Reports invented with known figures, in varied phrasing, with known faults put into some of their sentences."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from random import Random


@dataclass
class Told:
    """What a sentence says: its figures as (value, unit), and the rule its fault breaks."""

    text: str
    figures: list[tuple[Decimal, str]]
    fault: str = ""


@dataclass
class Invented:
    """A report with everything that must be found in it."""

    text: str
    figures: list[tuple[Decimal, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def _figures(*told: tuple[Decimal | int | str, str]) -> list[tuple[Decimal, str]]:
    return [(Decimal(value), unit) for value, unit in told]


def _percent(part: int, whole: int, places: int = 1) -> Decimal:
    return (Decimal(part) * 100 / whole).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _written(number: int, random: Random) -> str:
    """A number as offices write it: plain or with separators."""
    return f"{number:,}" if number >= 1000 and random.random() < 0.3 else str(number)


def _in_words(number: Decimal | int) -> str:
    """A number in Chinese numerals: 二百零五, 九十八点六."""
    whole, _, rest = f"{number:f}".partition(".") if isinstance(number, Decimal) else (str(number), "", "")
    digits = "零一二三四五六七八九"
    written = "".join(
        f"{digits[int(digit)]}{place}"
        for digit, place in zip(whole, ("千", "百", "十", "")[-len(whole) :], strict=True)
    )
    written = re.sub("零[千百十]", "零", written)
    written = re.sub("零+", "零", written).rstrip("零") or "零"
    written = written[1:] if written.startswith("一十") else written
    return written + (f"点{''.join(digits[int(digit)] for digit in rest)}" if rest else "")


def _share(rate: Decimal, random: Random) -> str:
    """A percentage: 98.6%, ９８．６％, 百分之九十八点六."""
    plain = f"{rate.normalize():f}"
    full = plain.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    return random.choice([f"{plain}%", f"{plain}%", f"{plain}％", f"{full}％", f"百分之{_in_words(Decimal(plain))}"])


def applications(random: Random, wrong: bool) -> Told:
    accepted, refused = random.randint(40, 900), random.randint(2, 30)
    received = accepted + refused + (random.choice([-3, 2, 5]) if wrong else 0)
    text = random.choice([
        "全年共收到行政复议申请{r}件，其中决定受理{a}件，不予受理{n}件。",
        "市政府本年度新收行政复议申请{r}件。其中：受理{a}件、不予受理{n}件。",
        "办理行政复议申请{r}件（受理{a}件、不予受理{n}件），化解争议的主渠道作用明显增强。",
        "全年收到行政复议申请{r}件，其中决定受理、不予受理分别为{a}件和{n}件。",
        "收到行政复议申请{r}件；依法受理{a}件，{w}件不予受理。",
    ]).format(r=_written(received, random), a=accepted, n=refused, w=_in_words(refused))  # fmt: skip
    return Told(text, _figures((received, "件"), (accepted, "件"), (refused, "件")), "sum" if wrong else "")


def cleanup(random: Random, wrong: bool) -> Told:
    kept, void, revised = random.randint(60, 300), random.randint(10, 60), random.randint(3, 30)
    total = kept + void + revised + (random.choice([-2, 1, 4]) if wrong else 0)
    text = random.choice([
        "对{t}件行政规范性文件开展全面清理，继续有效{k}件，宣布废止{v}件，拟修改{r}件。",
        "清理规范性文件{t}件，其中保留{k}件、废止{v}件、修订{r}件。",
        "组织清理行政规范性文件{t}件：保留{k}件，废止和宣布失效{v}件，修改{r}件。",
    ]).format(t=total, k=kept, v=void, r=revised)  # fmt: skip
    figures = _figures((total, "件"), (kept, "件"), (void, "件"), (revised, "件"))
    return Told(text, figures, "sum" if wrong else "")


def orders(random: Random, wrong: bool) -> Told:
    assigned = random.randint(2000, 60000)
    done = assigned - random.randint(1, assigned // 30)
    large = random.random() < 0.3  # in 万件, as a city of millions writes it
    if large:
        assigned, done = assigned * 100, done * 100
    rate = _percent(done, assigned, 2) - (Decimal("2.5") if wrong else 0)
    text = random.choice([
        "12345热线交办事项{a}件，办结{d}件，办结率达{r}。",
        "全年受理群众诉求{a}件，按责转办、限时督办，已办结{d}件，办结率为{r}。",
    ]).format(
        a=f"{Decimal(assigned) / 10000:f}万" if large else _written(assigned, random),
        d=f"{Decimal(done) / 10000:f}万" if large else _written(done, random), r=_share(rate, random),
    )  # fmt: skip
    return Told(text, _figures((assigned, "件"), (done, "件"), (rate, "%")), "rate" if wrong else "")


def lawsuits(random: Random, wrong: bool) -> Told:
    before = random.randint(40, 300)
    now = before + random.choice([-1, 1]) * random.randint(3, before // 3)
    rate = abs(_percent(now - before, before)) + (Decimal("6.3") if wrong else 0)
    moved = "增长" if now > before else "下降"
    told, figures = random.choice(
        [
            ("全市行政应诉案件{n}件，上年为{b}件，同比{m}{r}。", "nbr"),
            ("行政应诉案件{n}件，去年同期{b}件，同比{m}{r}。", "nbr"),
            ("行政应诉案件由上年的{b}件{t}{n}件，{m}{r}。", "bnr"),
            ("全市共办理行政应诉案件{n}件，比上年{v}{d}件，{m}{r}。", "ndr"),
        ]
    )
    text = told.format(n=now, b=before, m=moved, r=_share(rate, random), t="增至" if now > before else "降至",
                       v="增加" if now > before else "减少", d=abs(now - before))  # fmt: skip
    signed = rate if now > before else -rate
    values = {"n": (now, "件"), "b": (before, "件"), "d": (now - before, "件"), "r": (signed, "%")}
    return Told(text, _figures(*(values[name] for name in figures)), "change" if wrong else "")


def mediation(random: Random, wrong: bool) -> Told:
    tried = random.randint(300, 9000)
    settled = tried + 7 if wrong else tried - random.randint(1, tried // 20)
    text = random.choice([
        "各级人民调解组织调解矛盾纠纷{t}起，调解成功{s}起。",
        "排查化解矛盾纠纷{t}起，成功化解{s}起。",
    ]).format(t=tried, s=settled)  # fmt: skip
    return Told(text, _figures((tried, "起"), (settled, "起")), "part" if wrong else "")


def satisfaction(random: Random, wrong: bool) -> Told:
    rate = Decimal(random.randint(1005, 1200) if wrong else random.randint(900, 1000)) / 10
    rate = rate.normalize() + 0
    text = random.choice(["群众满意率达{r}。", "政务服务群众满意度为{r}。"]).format(r=_share(rate, random))
    return Told(text, _figures((rate, "%")), "over_hundred" if wrong else "")


def disclosure(random: Random, wrong: bool) -> Told:
    received = random.randint(30, 900)
    answered = received + 4 if wrong else received - random.randint(0, received // 20)
    text = random.choice([
        "全年受理政府信息公开申请{r}件，答复{a}件。",
        "收到政府信息公开申请{r}件，已办结{a}件，未发生行政复议。",
    ]).format(r=received, a=answered)  # fmt: skip
    zero = [(Decimal(0), "件")] if "未发生" in text else []
    return Told(text, _figures((received, "件"), (answered, "件")) + zero, "closed_over_received" if wrong else "")


def appearances(random: Random, wrong: bool) -> Told:
    due = random.randint(30, 400)
    came = due - random.randint(1, due // 12)
    rate = _percent(came, due) - (Decimal("3.1") if wrong else 0)
    text = random.choice([
        "行政机关负责人应出庭{d}件，实际出庭{c}件，出庭率{r}。",
        "负责人应当出庭应诉案件{d}件，其中出庭{c}件，出庭应诉率为{r}。",
    ]).format(d=due, c=came, r=_share(rate, random))  # fmt: skip
    return Told(text, _figures((due, "件"), (came, "件"), (rate, "%")), "rate" if wrong else "")


def reviews(random: Random, wrong: bool) -> Told:
    first = random.randint(30, 300)
    again = first + (3 if wrong else 0)
    text = (f"全年合法性审查行政规范性文件{first}件。"
            f"制度建设更加严密，合法性审查行政规范性文件{again}件，报备{_in_words(12)}件。")  # fmt: skip
    return Told(text, _figures((first, "件"), (again, "件"), (12, "件")), "told_twice" if wrong else "")


def steps(random: Random, wrong: bool) -> Told:
    words = ["强化学习", "完善制度", "加强督导", "注重考核"]
    numbers = [n for n in range(4) if not (wrong and n == 2)]
    text = "".join(f"{'一二三四'[n]}是{words[n]}，推动责任落实；" for n in numbers)
    return Told(f"{text[:-1]}。", [], "heading_order" if wrong else "")


def plain(random: Random) -> list[Told]:
    """Sentences without a relation, in every manner of telling a figure."""
    a, b, c = random.randint(2, 60), random.randint(2, 9), random.randint(100, 990)
    chinese = "零一二三四五六七八九"[b]
    return [
        Told(f"举办行政执法人员培训班{a}期，培训{c}余人次。", _figures((a, "期"), (c, "人次"))),
        Told(f"党委会议、常务会议各学法{b}次，公示率、持证率均达100%。", _figures((b, "次"), (b, "次"), (100, "%"), (100, "%"))),
        Told(f"召开专题会议{chinese}次，发放宣传资料{chinese}万余份。", _figures((b, "次"), (b * 10000, "份"))),
        Told(f"罚没款{a}.5万元，普法工作位居全省第{b}位。", _figures((a * 10000 + 5000, "元"), (b, "位"))),
        Told(f"许可、处罚、检查事项分别为{c}项、{a}项和{b}项。", _figures((c, "项"), (a, "项"), (b, "项"))),
        Told("全年未发生重大执法过错案件，无行政赔偿案件。", _figures((0, "件"), (0, "件"))),
        Told(f"印发《示例市2023年工作要点》（示政发〔2023〕{a}号），第{b}次常务会议审议，深化“1211”机制和三项制度。", []),
        Told(f"自2023年{b}月{b}日起，每季度至少学法1次，审批时限由{a + 10}个工作日压缩至{b}个工作日。",
             _figures((1, "次/季度"), (a + 10, "工作日"), (b, "工作日"))),
        Told(f"法律顾问{a}名、公职律师{c}名，占比超四分之一。", _figures((a, "名"), (c, "名"), (25, "%"))),
    ]  # fmt: skip


MAKERS: list[Callable[[Random, bool], Told]] = [
    applications, cleanup, orders, lawsuits, mediation, satisfaction, steps, disclosure, appearances, reviews,
]  # fmt: skip


def invent(seed: int, *, faults: int) -> Invented:
    """A report of the year 2023; ``faults`` of its sentences are wrong. The same seed makes the same report."""
    random = Random(seed)
    wrong = set(random.sample(range(len(MAKERS)), faults))
    told = [maker(random, index in wrong) for index, maker in enumerate(MAKERS)]
    told += random.sample(plain(random), 6)
    random.shuffle(told)
    sections = ["健全机制", "规范执法", "化解矛盾", "服务群众", "强化保障"]
    lines = [
        "示例市人民政府关于2023年度法治政府建设情况的报告",
        "现将2023年法治政府建设情况报告如下：",
        "一、主要举措和成效",
    ]
    for index, section in enumerate(sections):
        lines.append(f"（{'一二三四五'[index]}）{section}")
        lines += [f"坚持依法行政，狠抓工作落实。{one.text}" for one in told[index::5]]
    lines += [
        "二、存在的不足和原因",
        "工作中还有差距。",
        "三、党政主要负责人履行第一责任人职责情况",
        "认真履职。",
        "四、2024年主要安排",
        "再接再厉。",
    ]
    return Invented(
        "\n".join(lines), [figure for one in told for figure in one.figures], [one.fault for one in told if one.fault]
    )
