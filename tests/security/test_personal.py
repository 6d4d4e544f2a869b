"""The inventory of personal data: nothing personal without a purpose, no table forgotten."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import models

from zhunsheng.catalogue.loading import systems
from zhunsheng.handbook.personal_page import of_procedure, of_tables, personal_page, without_purpose
from zhunsheng.security.sealing import SealedJSONField


def test_every_field_of_people_is_asked_for_by_a_step():
    found = {
        f"{slug}.{name}"
        for slug, s in systems().items()
        for one in s.compiled.values()
        for name in without_purpose(one)
    }
    assert found == set()


def test_a_field_no_step_asks_for_is_noticed():
    """The test of the test: the same procedure whose steps ask for nothing."""
    real = list(systems()["hotline_workorder"].compiled.values())[-1]
    held = {one.name: one for one in of_procedure(real)}
    assert held["caller"].level.zh == "敏感"
    assert any("〔" in words.zh for words in held["caller"].purposes)
    nobody = SimpleNamespace(
        procedure=real.procedure, all_fields=real.all_fields, cited=real.cited,
        accepted={name: frozenset() for name in real.procedure.actions},
    )  # fmt: skip
    assert "caller" in without_purpose(nobody)


def columns():
    for model in apps.get_models():
        if model.__module__.startswith("zhunsheng."):
            for field in model._meta.concrete_fields:
                yield f"{model._meta.label}.{field.attname}", field


def test_every_encrypted_column_and_every_address_is_listed():
    known = dict(columns())
    assert set(of_tables()) <= set(known), "a column that is no more"
    sealed = {key for key, field in known.items() if isinstance(field, SealedJSONField)}
    assert sealed <= set(of_tables())
    addresses = {key for key, field in known.items() if isinstance(field, models.GenericIPAddressField)}
    assert addresses <= set(of_tables())


@pytest.mark.once
def test_the_page_tells_purpose_and_article_in_both_languages():
    assert "〔行政复议法" in personal_page("zh")
    assert "sensitive" in personal_page("en")
