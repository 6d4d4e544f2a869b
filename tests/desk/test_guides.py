"""办事说明: every system has its guide, made of its declaration; the version of a day can be asked for."""

import pytest
from django.urls import reverse

from zhunsheng.catalogue.loading import systems

pytestmark = pytest.mark.once


def text_of(client, slug, query=""):
    response = client.get(reverse("desk:guide", args=[slug]) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_every_system_has_its_guide(stranger):
    """Also for somebody who holds no duty at all: what is declared is no secret."""
    for slug, system in systems().items():
        names = [field.zh for register in system.registers[-1:] for field in register.fields.values()]
        names += [account.zh for account in system.figures.accounts.values()]
        query = ""
        if system.procedures:
            newest = system.procedures[-1]
            query = f"?version={newest.in_force.from_}"
            names += [
                declared.zh for part in (newest.actions, newest.deadlines, newest.papers) for declared in part.values()
            ]
        text = text_of(stranger, slug, query)
        assert [name for name in names if name not in text] == [], slug


def test_a_step_is_told_with_all_that_belongs_to_it(owner):
    """收到申请 of reconsideration, version of 2024: opens a case, the admission officer, articles 22 and 30, five working days."""
    text = text_of(owner, "administrative_reconsideration", "?version=2024-01-01")
    row = text[text.index('id="step-file"') : text.index("</tr>", text.index('id="step-file"'))]
    for words in ("收到申请", "开始一件案件", "待审查", "立案人员", "行政复议法第二十二条", "5个工作日", "开始计算"):
        assert words in row, words
    assert "2018-01-01 起" in text


def test_an_unknown_system_or_version_is_not_there(owner):
    assert owner.get("/help/systems/administrative_reconsideration/?version=2019-05-05").status_code == 404
    assert owner.get("/help/systems/administrative_reconsideration/?version=soon").status_code == 404
    assert owner.get("/help/systems/nothing/").status_code == 404
