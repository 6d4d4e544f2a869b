"""Filters of the desk's templates: words in the reader's language, dates, numbers, addresses with one filter changed."""

from __future__ import annotations

from typing import Any

from django import template

from zhunsheng.desk import asked, markup, wording
from zhunsheng.desk.case_rows import outcome_words, shown_title
from zhunsheng.kernel.figures import qualify

register = template.Library()

register.filter("shown_title", shown_title)
register.filter("outcome_words", outcome_words)
register.filter("say", wording.say)
register.filter("number", wording.number)
register.filter("calendar_words", wording.calendar_words)
register.filter("weekday", wording.weekday)
register.filter("name_of", wording.name_of)
register.filter("menu_lines", markup.menu_lines)
register.filter("cells", markup.cells)
register.filter("light", markup.light)
register.simple_tag(markup.options)
register.simple_tag(wording.who)


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
def figure_value(figure: Any) -> str:
    """A figure's number with separators, decimals and the qualifier it was stated with."""
    if figure.value is None:
        return "—"
    text = f"{figure.value:,.{figure.decimals}f}"
    return wording.say(qualify(text, figure.qualifier)) if figure.qualifier else text


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
