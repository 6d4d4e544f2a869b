"""The draw of random inspections as a pure function: what must hold of every draw, and that a forged one is found out."""

from decimal import Decimal

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.cli import main
from zhunsheng.systems.enforcement.random_inspection import draw
from zhunsheng.systems.enforcement.random_inspection.draw import CLASSES, DrawError, Inspectee, Inspector, Lists, Rules

SECRET, VALUE, DAY = "3f" * 32, "03 12 18 25 31", "2026-02-12"


def rules(ratios=None, *, each=2, departments=("甲局",), least=0):
    given_ratios = {credit: Decimal((ratios or {}).get(credit, 10)) for credit in CLASSES}
    return Rules("示抽〔2026〕1号", departments, each, given_ratios, Decimal(least), "某彩票", DAY, draw.digest(SECRET))


def objects(count, credit=lambda number: CLASSES[number % 5], **more):
    return [Inspectee(f"C{number:05}", f"示例{number}", credit(number), **more) for number in range(count)]


def inspectors(count, department="甲局", **more):
    return [Inspector(f"{department}{number:03}", f"示例{number}", department, **more) for number in range(count)]


def lists(some=None, people=None):
    return Lists([("SJ-001", "示例事项", "甲局")], some or objects(50), people or inspectors(6))


def published(of=None, by=None):
    """The six files of a draw."""
    of, by = of or lists(), by or rules()
    files = draw.seal(of, by)
    seed = draw.seed_of(draw.digest(files[draw.RULES]), SECRET, VALUE)
    drawn = draw.draw(of, by, seed)
    return {**files, draw.SEED: draw.seed_file(SECRET, VALUE, DAY, seed), draw.RESULT: draw.result_file(drawn)}


some_objects = st.lists(
    st.builds(
        Inspectee, st.text("0123456789ABCDEFGHJ", min_size=1, max_size=8), st.text(min_size=1, max_size=5),
        st.sampled_from(CLASSES), st.booleans(),
    ),
    min_size=1, max_size=60, unique_by=lambda one: one.code,
)  # fmt: skip
seeds = st.text(min_size=1, max_size=20)
rates = st.fixed_dictionaries({credit: st.integers(0, 100) for credit in CLASSES})


@settings(max_examples=60, deadline=None)
@given(some_objects, seeds, rates, st.randoms())
def test_the_order_of_the_lists_does_not_matter(some, seed, rate, dice):
    by = rules(rate)
    shuffled = some[:]
    dice.shuffle(shuffled)
    assert draw.sample(some, by, seed) == draw.sample(shuffled, by, seed)


@settings(max_examples=60, deadline=None)
@given(some_objects, seeds, rates)
def test_each_class_is_drawn_at_its_rate_rounded_up_and_nobody_who_does_not_take_part(some, seed, rate):
    drawn = draw.sample(some, rules(rate), seed)
    assert len(set(drawn)) == len(drawn)
    assert all(one.takes_part for one in drawn)
    for credit in CLASSES:
        size = sum(one.takes_part and one.credit == credit for one in some)
        assert sum(one.credit == credit for one in drawn) == -(-size * rate[credit] // 100)


@settings(max_examples=60, deadline=None)
@given(some_objects, seeds, st.integers(0, 100), st.integers(0, 100))
def test_a_higher_rate_draws_the_same_and_more(some, seed, one, other):
    low, high = (draw.sample(some, rules(dict.fromkeys(CLASSES, rate)), seed) for rate in sorted((one, other)))
    assert set(low) <= set(high)


@settings(max_examples=60, deadline=None)
@given(some_objects, seeds, st.integers(1, 4), st.lists(st.sets(st.integers(0, 59)), min_size=6, max_size=6))
def test_inspectors_are_enough_never_recused_and_evenly_loaded(some, seed, each, recused):
    by = rules(dict.fromkeys(CLASSES, 100), each=each, departments=("甲局", "乙局"))
    codes = [one.code for one in some]
    people = [
        Inspector(f"{department}{n}", "示例", department, frozenset(codes[i] for i in ban if i < len(codes)))
        for department in by.departments
        for n, ban in enumerate(recused)
    ]
    sampled = draw.sample(some, by, seed)
    ours = [person for person in people if person.department == "甲局"]
    free = [sum(one.code not in person.recused for person in ours) for one in sampled]
    if free and min(free) < each:
        with pytest.raises(DrawError, match="须回避的不计"):
            draw.assign(sampled, people, by, seed)
        return
    drawn = draw.assign(sampled, people, by, seed)
    for one in drawn:
        assert len({i.certificate for i in one.inspectors}) == 2 * each
        assert [i.department for i in one.inspectors] == ["甲局"] * each + ["乙局"] * each
        assert not any(one.inspectee.code in i.recused for i in one.inspectors)
    if not any(recused):
        load = [sum(p in one.inspectors for one in drawn) for p in people]
        assert max(load) - min(load) <= 1


def test_the_choice_is_the_smallest_hash_of_the_seed_and_the_code():
    # printf 's|object|C00000' | sha256sum gives c73c…; C00001 1979…, C00002 0d0f…, C00003 7205…
    some = objects(4, lambda _: "A")
    assert [one.code for one in draw.sample(some, rules({"A": 1}), "s")] == ["C00002"]
    assert [one.code for one in draw.sample(some, rules({"A": 100}), "s")] == ["C00002", "C00001", "C00003", "C00000"]


def test_the_least_rate_of_all_is_filled_up_in_the_order_of_the_draw():
    some = objects(200)
    drawn = draw.sample(some, rules(dict.fromkeys(CLASSES, 0), least=3), "seed")
    ranked = sorted(some, key=lambda one: draw.digest(f"seed|object|{one.code}"))
    assert drawn == ranked[:6]


def test_every_object_is_about_equally_likely():
    some, times = objects(20, lambda _: "A"), dict.fromkeys(range(20), 0)
    for number in range(2000):
        for one in draw.sample(some, rules({"A": 10}), f"seed{number}"):
            times[int(one.code[1:])] += 1
    assert sum(times.values()) == 4000
    assert all(150 < count < 250 for count in times.values())  # 200 expected, 3.7 standard deviations


def test_a_draw_is_repeated_from_its_files():
    findings = draw.repeat(published().values())
    assert len(findings) == 7
    assert all(finding.holds for finding in findings)


@pytest.mark.parametrize("name", list(draw.HEADS))
def test_any_file_changed_afterwards_is_found_out(name):
    files = published()
    text = files[name].decode("utf-8-sig")
    changed = {
        draw.ITEMS: text.replace("示例事项", "示例他事项"),
        draw.OBJECTS: text.replace("示例7,", "示例8,", 1),
        draw.INSPECTORS: text.replace("示例1,", "示例2,", 1),
        draw.RULES: text.replace("某彩票", "另一彩票"),
        draw.SEED: text.replace(VALUE, "03 12 18 25 32"),
        draw.RESULT: "\r\n".join(text.split("\r\n")[:-2]) + "\r\n",
    }[name]
    assert changed != text
    files[name] = changed.encode("utf-8-sig")
    assert not all(finding.holds for finding in draw.repeat(files.values()))


def test_another_number_than_the_promised_one_and_an_early_value_are_found_out():
    of, by = lists(), rules()
    files = draw.seal(of, by)
    seed = draw.seed_of(draw.digest(files[draw.RULES]), "other", VALUE)
    files[draw.SEED] = draw.seed_file("other", VALUE, "2026-02-11", seed)
    files[draw.RESULT] = draw.result_file(draw.draw(of, by, seed))
    wrong = [finding.zh for finding in draw.repeat(files.values()) if not finding.holds]
    assert wrong == ["随机数与事先公布的摘要一致", "公开值产生于名单公布之后"]


@pytest.mark.parametrize(
    ("of", "by", "says"),
    [
        (lists(objects(3) + objects(1)), rules(), "出现了两次"),
        (lists(objects(3), inspectors(1)), rules(), "只有 1 名"),
        (lists(objects(3, lambda _: "Z")), rules(), "信用等级「Z」"),
        (lists(objects(3, takes_part=False)), rules(), "都不参加"),
        (lists(), rules(each=1), "不得少于两人"),
        (lists(), rules(dict.fromkeys(CLASSES, 0)), "全部为零"),
    ],
)
def test_lists_that_do_not_do_are_refused_in_words(of, by, says):
    with pytest.raises(DrawError, match=says):
        published(of, by)


@pytest.mark.parametrize(
    ("people", "by", "says"),
    [
        (inspectors(1), rules(each=2), "只有 1 名"),
        (inspectors(2), rules(each=1, departments=("甲局", "乙局")), "乙局选派的检查人员只有 0 名"),
        ([*inspectors(1), Inspector("回避", "示例", "甲局", frozenset({"C00003"}))], rules(each=2), "「示例3」.*只有 1 名"),
        (inspectors(3, "城管 局"), rules(departments=("城管 局",)), "名称中有空格"),
    ],
)  # fmt: skip
def test_nothing_is_sealed_that_could_not_be_drawn(people, by, says):
    with pytest.raises(DrawError, match=says):
        draw.seal(lists(objects(5), people), by)


def test_who_does_not_take_part_needs_no_inspector():
    barred = frozenset(one.code for one in objects(5))
    people = [Inspector(f"Z{number}", "示例", "甲局", barred) for number in range(2)]
    some = [*objects(5, takes_part=False, reason="注销"), Inspectee("D1", "示例", "A")]
    assert draw.RULES in draw.seal(lists(some, people), rules())


def test_the_public_repeats_a_draw_from_a_folder(tmp_path):
    for name, content in published().items():
        (tmp_path / name).write_bytes(content)
    done = CliRunner().invoke(main, ["draw", "verify", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "抽取可以重做" in done.output
    (tmp_path / draw.SEED).unlink()
    missing = CliRunner().invoke(main, ["draw", "verify", str(tmp_path)])
    assert missing.exit_code == 1
    assert f"缺少文件：{draw.SEED}" in missing.output


def test_rates_that_would_draw_nothing_of_those_who_take_part_are_refused_before_the_lists_are_sealed():
    only_b = lists(objects(20, lambda number: "B"))
    with pytest.raises(DrawError, match="抽不出检查对象"):
        draw.seal(only_b, rules({credit: 50 if credit == "A" else 0 for credit in CLASSES}))
    assert len(draw.draw(only_b, rules({"B": 1}), "种子")) == 1
