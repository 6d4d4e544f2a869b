"""Filters of the desk's templates: words in the reader's language, dates, numbers, addresses with one filter changed; and what
is the same on many pages, written once."""

from __future__ import annotations

from typing import Any

from django import template

from zhunsheng.desk import asked, markup, wording
from zhunsheng.desk.case_rows import outcome_words, shown_title

register = template.Library()

register.filter("shown_title", shown_title)
register.filter("outcome_words", outcome_words)
register.filter("say", wording.say)
register.filter("number", wording.number)
register.filter("calendar_words", wording.calendar_words)
register.filter("weekday", wording.weekday)
register.filter("name_of", wording.name_of)
register.filter("menu_lines", markup.menu_lines)
register.filter("light", markup.light)
for tag in (
    markup.options,
    markup.list_rows,
    markup.to_do_rows,
    markup.period_rows,
    markup.organ_rows,
    markup.part_rows,
):
    register.simple_tag(tag)
register.simple_tag(wording.who)
register.simple_tag(wording.figure_value)


class _Once(template.Node):
    """A part of a template that depends on nothing but the language and some values, of which there are few."""

    child_nodelists = ("part",)

    def __init__(self, part: template.NodeList, values: list[template.base.FilterExpression]) -> None:
        self.part, self.values = part, values
        self.written: dict[tuple[Any, ...], str] = {}

    def render(self, context: template.Context) -> str:
        key = (wording.language(), *(value.resolve(context) for value in self.values))
        if key not in self.written:
            self.written[key] = self.part.render(context)
        return self.written[key]


@register.tag
def once(parser: template.base.Parser, token: template.base.Token) -> _Once:
    """``{% once here %}…{% endonce %}``: written once a process for each language and for each of the values named."""
    part = parser.parse(("endonce",))
    parser.delete_first_token()
    return _Once(part, [parser.compile_filter(value) for value in token.split_contents()[1:]])


@register.simple_tag(takes_context=True)
def with_query(context: Any, **changes: Any) -> str:
    """The page's own query with some parameters changed; an empty value takes one out. Paging starts again."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in ("", None):
            query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def without(context: Any, name: str) -> str:
    """The page's own query without one parameter."""
    return with_query(context, **{name: ""})


@register.simple_tag
def column_label(columns: list[tuple[str, str]], index: int) -> str:
    """The head of a column, repeated in each cell for narrow screens."""
    return columns[index][1]


@register.simple_tag
def months_words(row: Any) -> str:
    """The months of a figure that was told, in words."""
    return asked.period_words((row.first, row.last))


@register.simple_tag
def months_query(row: Any) -> str:
    """The address query of the region and months of a figure that was told."""
    return asked.query_of(row.region_id, (row.first, row.last))


@register.simple_tag
def month_words(month: int) -> str:
    """A month (yyyymm) in words."""
    return asked.period_words((month, month))
