"""Single facts assessors ask for that are shown nowhere else: what the program does not contain, how secrets are drawn, how passwords are
taken, what is written into logs and names of files. ``handbook/assessors.yaml`` says which requirement each of them shows."""

import ast
import io
import json
import logging
import math
import re
import zipfile
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document

import zhunsheng
from tests.desk.county import PASSWORD, SYSTEM, signed_in
from tests.desk.county import officer as new_officer
from tests.desk.routes import SUBMITTED
from tests.desk.test_injection import HOSTILE
from tests.desk.test_signing_in import Phone, enrol, sign_in
from tests.registers.county import item
from zhunsheng.cases.models import Case, Material
from zhunsheng.kernel.conditions import compile_condition
from zhunsheng.kernel.masking import Hidden, places_of
from zhunsheng.orgs.actions import set_password
from zhunsheng.orgs.models import Officer
from zhunsheng.registers import actions as lists
from zhunsheng.search.marking import marked_stretches
from zhunsheng.search.wording import asked as asked_for
from zhunsheng.security.logs import DailyFile
from zhunsheng.supervision.naming import _is_short_for

pytestmark = pytest.mark.once
PACKAGE = Path(zhunsheng.__file__).parent


@pytest.fixture
def county(db):
    from tests.desk.county import make_county

    return make_county()


@pytest.fixture
def owner(county):
    return signed_in(county.owner)


# --- what is not in the program --------------------------------------------------------------------------------------


class Program(NamedTuple):
    """What a module imports and calls, as far as it is asked here; of its tree nothing is kept."""

    imports: set[str]
    runs: list[str]
    loaders: list[str]
    searches: list[bool]
    sockets: list[str]


@cache
def programs() -> dict[str, Program]:
    found = {}
    for path in PACKAGE.glob("**/*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith("demonstration/"):
            found[name] = read(ast.parse(path.read_text(encoding="utf-8")))
    return found


RUNS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
}


def read(tree: ast.AST) -> Program:
    """``runs``: calls that run text as a program or by a shell; ``searches``: whether the path of each into XML is written out;
    ``sockets``: functions that talk on while a connection lasts."""
    program = Program(set(), [], [], [], [])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            program.imports.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            program.imports.add(node.module.partition(".")[0])
        elif isinstance(node, ast.AsyncFunctionDef):
            program.sockets.append(node.name)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            program.runs.extend([called] if called in RUNS else [])
            program.runs.extend(ast.unparse(node) for word in node.keywords if word.arg == "shell")
            if called == "yaml.load":
                program.loaders.append(ast.unparse(next(word.value for word in node.keywords if word.arg == "Loader")))
            if called.endswith(".xpath"):
                program.searches.append(isinstance(node.args[0], ast.Constant))
    return program


def importing(*modules: str) -> set[str]:
    return {name for name, program in programs().items() if program.imports & set(modules)}


def test_no_text_is_run_as_a_program_or_by_a_shell():
    assert {name: program.runs for name, program in programs().items() if program.runs} == {}
    assert read(ast.parse("eval(x)\nsubprocess.run(x, shell=True)")).runs == ["eval", "subprocess.run(x, shell=True)"]


def test_nothing_is_thawed_but_plain_data():
    """No pickles; YAML by loaders that make plain values alone."""
    import yaml

    from zhunsheng.law import notices, statutes
    from zhunsheng.local import exchange

    assert importing("pickle", "marshal", "shelve", "dill", "jsonpickle") == set()
    loaders = {name: loader for name, program in programs().items() for loader in program.loaders}
    assert loaders == dict.fromkeys(("law/notices.py", "law/statutes.py", "local/exchange.py"), "_Loader")
    for module in (notices, statutes, exchange):
        with pytest.raises(yaml.YAMLError):
            yaml.load("!!python/object/apply:os.getcwd []", Loader=module._Loader)  # noqa: S506 - what is tried here


ABSENT = {
    "GraphQL": ("graphene", "graphql", "strawberry", "ariadne"),
    "WebSocket": ("channels", "websockets", "wsproto", "daphne"),
    "WebRTC": ("aiortc",),
    "SAML and identity providers of our own": ("saml2", "onelogin", "oauth2_provider", "oidc_provider"),
    "codes by telephone": ("twilio", "aliyunsdkcore", "tencentcloud"),
    "memory of our own": ("ctypes", "cffi"),
    "LaTeX": ("pylatex",),
}


def test_what_the_program_does_not_have():
    assert {what: found for what, modules in ABSENT.items() if (found := importing(*modules))} == {}
    assert importing("authlib") == {"security/openid.py"}, "as a client alone"
    assert not any(program.sockets for program in programs().values()), (
        "nobody answers but the web server and its pages"
    )
    assert read(ast.parse("async def talk(websocket): await websocket.accept()")).sockets


def test_a_new_place_has_no_account(db):
    assert not Officer.objects.exists()


def test_what_is_sent_is_decoded_once(owner):
    page = owner.get("/search/?q=%253Cb%253E%2526amp%253B").content.decode()
    assert 'value="%3Cb%3E%26amp%3B"' in page


def test_no_link_runs_what_somebody_typed(owner, county):
    case = county.accepted(matter="javascript:alert(1)")
    for address in (f"/case/{case.pk}/", f"/cases/{SYSTEM}/", "/search/?q=javascript", f"/case/{case.pk}/?tab=parties"):
        page = owner.get(address).content.decode()
        assert "javascript:alert(1)" in page or "search" in address, address
        assert not re.search(
            r"""(?:href|src|action|formaction)=["']?\s*(?:javascript|data|vbscript):""", page, re.IGNORECASE
        ), address


def test_scripts_write_no_markup():
    scripts = [path for path in PACKAGE.glob("static/**/*.js") if "vendor" not in path.parts]
    assert len(scripts) >= 3
    for script in scripts:
        written = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", script.read_text(encoding="utf-8")
        )
        assert written == [], script


def test_no_directory_mail_or_cache_server_is_spoken_to_and_no_path_into_xml_is_put_together():
    assert (
        importing("ldap", "ldap3", "smtplib", "imaplib", "poplib", "memcache", "pymemcache", "pylibmc", "redis")
        == set()
    )
    searches = [is_written_out for program in programs().values() for is_written_out in program.searches]
    assert searches
    assert all(searches)


def test_scripts_listen_to_no_other_window():
    scripts = list(PACKAGE.glob("static/**/*.js"))
    assert len(scripts) >= 4
    for script in scripts:
        assert not re.search(
            r"postMessage|addEventListener\(.message.|onmessage", script.read_text(encoding="utf-8")
        ), script


LOOSE = r"[^=!<>]==[^=]|!=[^=]"
NAMED = r"\w\[(\w+)\]\s*=[^=]|Object\.assign|__proto__|setPrototypeOf|for \((?:var|let|const) \w+ in "


def test_scripts_compare_strictly_and_make_no_name_of_what_comes_from_outside():
    """The two places where a name is made: a byte by its number, and a part of an answer out of four that are written there."""
    scripts = [path for path in PACKAGE.glob("static/**/*.js") if "vendor" not in path.parts]
    texts = {path.name: path.read_text(encoding="utf-8") for path in scripts}
    assert {name: found for name, text in texts.items() if (found := re.findall(LOOSE, text))} == {}
    named = {name: found for name, text in texts.items() if (found := re.findall(NAMED, text))}
    assert named == {"passkey.js": ["index", "part"]}
    assert re.findall(LOOSE, "if (a == b)")
    assert re.findall(NAMED, "kept[name] = value; for (var key in data)")


@pytest.mark.parametrize("typed", [".*", "(a+)+$", "[", "a|b", "\\d", "^示例$", "{1,9}", "?"])
def test_the_signs_of_patterns_are_letters_where_somebody_types_them(typed):
    """Where words somebody typed are looked for by a pattern: names of parties to be hidden, names of organs, declared words, the words
    of a search."""
    words = f"示{typed}例"
    [change] = places_of([f"前{words}后", "示甲例"], words, Hidden.NAME)
    assert (change.passage, change.start, change.end) == (0, 1, 1 + len(words))
    assert not _is_short_for(f"示{typed}例", "示甲乙丙例")
    without = compile_condition({"note": {"without": [words]}})
    assert without({"note": "示甲例"})
    assert not without({"note": f"前{words}后"})
    assert marked_stretches("示甲例", asked_for(typed)) == []


def test_a_document_reads_no_file_of_the_server():
    plain, changed = io.BytesIO(), io.BytesIO()
    document = Document()
    document.add_paragraph("HERE")
    document.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode("utf-8", "surrogateescape")
            if name == "word/document.xml":
                part = part[part.index("<w:document") :].replace("HERE", "HERE&e;")
                part = f'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>{part}'
            new.writestr(name, part.encode("utf-8", "surrogateescape"))
    told = "".join(paragraph.text for paragraph in Document(changed).paragraphs)
    assert "HERE" in told
    assert "root:" not in told


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_secrets_are_drawn_where_nobody_can_guess_them(county, owner):
    """By the system's generator; a session has 128 bits and more, a recovery code 20 and more."""
    assert importing("random") == set()
    keys = {signed_in(county.owner).cookies["sessionid"].value for _ in range(5)}
    assert len(keys) == 5
    assert all(len(key) * math.log2(36) >= 128 and re.fullmatch("[a-z0-9]+", key) for key in keys)
    _phone, codes = enrol(owner)
    assert len(set(codes)) == len(codes)
    assert all(len(code.replace("-", "")) * math.log2(32) >= 20 for code in codes)


def test_a_password_counts_as_it_was_typed_and_may_be_long(county):
    long = "Ａa1 " + "长口令与空格 " * 14 + "End "
    assert len(long) > 64
    validate_password(long, county.owner)
    county.owner.set_password(long)
    county.owner.save()
    for other in (long.strip(), long.lower(), long[:64], long[:72], long.replace("Ａ", "A"), f"{long}x"):
        assert sign_in(Client(), password=other).status_code != 302, other
        county.owner.refresh_from_db()
    from axes.utils import reset

    reset()
    assert sign_in(Client(), password=long).status_code == 302


def test_fields_for_passwords_hide_them_and_hinder_no_manager(owner):
    for client, address in ((Client(), "/sign-in/"), (owner, "/people/password/")):
        page = client.get(address).content.decode()
        fields = [field for field in re.findall("<input[^>]*>", page) if re.search('name="[^"]*password', field)]
        assert fields, address
        for field in fields:
            assert 'type="password"' in field
            assert re.search('autocomplete="(current|new)-password"', field)
        assert not re.search("onpaste|oncopy|data-no-paste", page)
    asked = re.findall('<input[^>]*name="([^"]+)"', Client().get("/sign-in/").content.decode())
    assert {"question", "hint", "reminder"}.isdisjoint(asked)


def test_a_password_set_by_an_administrator_opens_nothing_without_the_second_factor(county, owner):
    phone, _codes = enrol(owner)
    administrator = new_officer(
        "administrator", "示例庚", county.government, system="orgs", role="administrator", whole_tree=True
    )
    set_password(administrator, county.owner, "Another horse 42")
    client = Client()
    assert sign_in(client, password="Another horse 42")["Location"] == "/sign-in/code/"
    assert client.get("/")["Location"].startswith("/sign-in/")
    assert isinstance(phone, Phone)


def test_a_session_of_the_site_opens_no_call_of_programs(owner):
    assert owner.get("/").status_code == 200
    for address in ("/api/v1/cases", "/api/v1/figures", "/api/v1/exchange/packages"):
        assert owner.get(address).status_code == 401, address


# --- pages and forms -------------------------------------------------------------------------------------------------


def test_every_page_has_the_way_out(owner, county):
    case = county.accepted()
    for address in (
        "/",
        f"/cases/{SYSTEM}/",
        f"/case/{case.pk}/",
        "/figures/",
        "/people/password/",
        "/help/",
        "/search/?q=示例",
    ):
        assert 'action="/sign-out/"' in owner.get(address).content.decode(), address


def test_nothing_of_the_workshop_is_served(owner):
    for client in (Client(), owner):
        for address in (
            "/.git/HEAD",
            "/.git/config",
            "/.svn/entries",
            "/.env",
            "/pyproject.toml",
            "/static/",
            "/static/desk/",
        ):
            assert client.get(address).status_code == 404, address
        assert b"X-Probe" not in client.trace("/", headers={"X-Probe": "1"}).content


def test_what_was_typed_is_kept_as_it_was_and_made_harmless_where_it_is_shown(owner, county):
    case = county.review(matter=HOSTILE)
    assert Case.objects.get(pk=case.pk).fields["matter"] == HOSTILE
    page = owner.get(f"/case/{case.pk}/?tab=parties").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "&amp;lt;" not in page
    values = item(item_code="A1", name=HOSTILE + '"}\\u2028')
    lists.apply_entry_change("power_list", county.justice, "add", "A1", values, case.opened_on)
    version = lists.publish("power_list", county.justice, case.opened_on, county.owner)
    told = json.loads(Client().get(f"/public/version/{version.pk}/data.json").content)
    assert told["entries"][0]["name"] == values["name"]


def test_a_form_writes_what_it_asks_for_and_nothing_else(owner, county):
    """Fields it does not have and values in its address change nothing."""
    more = {
        "state": "closed", "number": "示〔2020〕1号", "value_state": "closed", "value_outcome": "lawful", "handler": county.colleague.pk,
        "opened_on": "2020-01-01", "path": "/", "organ": county.housing.pk, "system": "people_mediation",
    }  # fmt: skip
    address = f"/cases/{SYSTEM}/new/submit/?value_matter=anders&value_kind=agreement"
    answer = owner.post(address, {**SUBMITTED, **more})
    assert answer.status_code == 302, answer.content.decode()[:500]
    [case] = Case.objects.all()
    assert (case.state, case.system, case.organ, case.path) == (
        "submitted",
        SYSTEM,
        county.justice,
        county.justice.path,
    )
    assert (case.fields["matter"], case.fields["kind"]) == ("《示例》", "other")
    assert "2020" not in case.number
    assert set(case.fields) == {"matter", "kind", "submitting_unit", "materials"}


def test_the_name_of_a_file_cannot_break_out_of_its_header(owner, county):
    case = county.accepted()
    file = SimpleUploadedFile("示例；filename=evil.html；'a' (1)%0d%0aX-Evil: 1 = \\x.pdf", b"%PDF-1.4\n%%EOF")
    owner.post(reverse("desk:material-add", args=[case.pk]), {"file": file, "volume": "main"})
    row = Material.objects.get()
    assert "/" not in row.file_name
    answer = owner.get(reverse("desk:material", args=[case.pk, row.pk]))
    answer.getvalue()
    assert "X-Evil" not in answer
    told = answer["Content-Disposition"]
    assert not re.search(r"[\r\n]", told)
    assert told.startswith("attachment")
    assert not re.search(r";\s*filename=evil", re.sub(r'"(?:[^"\\]|\\.)*"', "", told))


# --- logs ------------------------------------------------------------------------------------------------------------


def test_a_line_of_the_log_is_one_line_that_says_when_where_who_and_what(owner, county, tmp_path):
    handler = DailyFile(tmp_path)
    logger = logging.getLogger("zhunsheng.security.logs")
    logger.addHandler(handler)
    try:
        owner.get("/people/", {"q": 'x\n{"at": "1999-01-01T00:00:00+00:00", "level": "INFO"}'})
        logger.warning('first\n{"forged": true}')
    finally:
        logger.removeHandler(handler)
        handler.close()
    (file,) = tmp_path.iterdir()
    asked, forged = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    assert datetime.fromisoformat(asked["at"]).utcoffset() is not None
    assert (asked["from"], asked["page"], asked["officer"], asked["status"]) == (
        "zhunsheng.security.logs", "desk:people", county.owner.pk, 200,
    )  # fmt: skip
    assert "1999" not in json.dumps(asked)
    assert forged["message"].startswith("first\n")
    assert PASSWORD not in file.read_text(encoding="utf-8")
