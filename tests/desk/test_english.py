"""English is complete: every text in templates and Python has one, with the same places for values."""

import re

import pytest
from babel.messages.pofile import read_po

from tests.desk.messages import PACKAGE, used_messages

CATALOGUE = PACKAGE / "locale/en/LC_MESSAGES/django.po"


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file)


def texts_of(message):
    """(Chinese, English) of a message, each with its plural."""
    return (message.id, message.string) if message.pluralizable else ((message.id,), (message.string,))


def test_every_text_has_its_english(catalogue):
    known = {(m.context, texts_of(m)[0][0]) for m in catalogue if m.id and all(texts_of(m)[1]) and not m.fuzzy}
    assert sorted(str(wanted) for wanted in used_messages() - known) == []


def test_no_english_is_kept_for_a_text_that_is_gone(catalogue):
    used = used_messages()
    assert [m.id for m in catalogue if m.id and (m.context, texts_of(m)[0][0]) not in used] == []


def test_english_has_the_same_places_for_values(catalogue):
    for message in catalogue:
        if message.id:
            chinese, english = texts_of(message)
            wanted = set(re.findall(r"%\(\w+\)s", chinese[0]))
            assert all(set(re.findall(r"%\(\w+\)s", text)) == wanted for text in english), message.id


def test_english_holds_no_chinese(catalogue):
    wrong = [m.id for m in catalogue if m.id and any(re.search(r"[一-鿿]", text) for text in texts_of(m)[1])]
    assert wrong == []


TEXTS = re.compile(r"\{%\s*blocktranslate.*?\{%\s*endblocktranslate\s*%\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


def test_templates_hold_no_chinese_sign_outside_a_text():
    """（ and ： stand in the English page as well, unless they are texts of their own."""
    pages = sorted((PACKAGE / "desk/templates/desk").glob("*.html"))
    assert len(pages) > 100
    assert {
        page.name for page in pages if re.search(r"[：、，；。（）“”]", TEXTS.sub("", page.read_text("utf-8")))
    } == set()
