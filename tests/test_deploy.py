"""The files of deploy/ are right: units are taken by systemd, compose can be read, and every command in them exists."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.test_documentation import problem_of
from zhunsheng.cases import materials
from zhunsheng.environment import VARIABLES
from zhunsheng.intake import uploads

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    for unit in UNITS:
        sections = re.findall(r"^\[(\w+)\]$", unit.read_text(encoding="utf-8"), re.MULTILINE)
        assert sections[0] == "Unit", unit.name
        assert set(sections) <= {"Unit", "Install", unit.suffix[1:].capitalize()}, unit.name
    if shutil.which("systemd-analyze") is None:
        return  # a machine without systemd knows no more of units than the above
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/zhunsheng/bin/zhunsheng", sys.executable)
        (tmp_path / unit.name.replace("@.", "@1.")).write_text(text, encoding="utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True, check=False
    )  # fmt: skip
    wrong = [line for line in found.stderr.splitlines() if str(tmp_path) in line or "zhunsheng" in line]
    assert wrong == []


def test_what_the_units_write_is_for_their_user_alone() -> None:
    services = [unit for unit in UNITS if unit.suffix == ".service"]
    assert len(services) >= 7
    for unit in services:
        said = unit.read_text(encoding="utf-8").splitlines()
        assert {"User=zhunsheng", "UMask=0077", "NoNewPrivileges=true", "ProtectSystem=strict"} <= set(said), unit.name


def test_every_command_of_the_units_exists() -> None:
    lines = [
        line
        for unit in UNITS
        for line in re.findall(r"^Exec\w+=/opt/zhunsheng/bin/(.*)", unit.read_text("utf-8"), re.MULTILINE)
    ]
    assert len(lines) >= 5
    assert {line: found for line in lines if (found := problem_of(line, whole=True))} == {}
    wanted = re.findall(
        r"zhunsheng[\w@-]*\.(?:service|timer)", (DEPLOY / "systemd/zhunsheng.target").read_text("utf-8")
    )
    assert set(wanted) <= {unit.name for unit in UNITS}
    assert {unit.name for unit in UNITS if unit.suffix == ".timer"} <= set(wanted), "a timer that nobody starts"


def test_every_command_and_file_of_compose_exists() -> None:
    services = COMPOSE["services"]
    commands = [service["command"] for service in services.values() if "command" in service]
    ours = [shlex.join(words).replace("${WEB_WORKERS:-2}", "2") for words in commands if words[0] == "zhunsheng"]
    ours += re.findall(r"zhunsheng [a-z -]+", " ".join(" ".join(words) for words in commands if words[0] == "sh"))
    assert len(ours) >= 5
    assert {line: found for line in ours if (found := problem_of(line.replace(" do sleep", ""), whole=True))} == {}
    mounted = [volume.split(":")[0] for service in services.values() for volume in service.get("volumes", ())]
    assert [
        path for path in mounted if path.startswith("./") and path != "./tls" and not (DEPLOY / path).is_file()
    ] == []
    assert {path for path in mounted if not path.startswith(".")} == set(COMPOSE["volumes"])
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert not any(":latest" in str(service.get(key)) for key in ("image",))


def test_settings_in_them_are_known_and_nothing_names_a_registry() -> None:
    for file in (path for path in DEPLOY.rglob("*") if path.is_file()):
        text = file.read_text(encoding="utf-8")
        named = set(re.findall(r"\bZHUNSHENG_[A-Z_]+\b", text)) - {"ZHUNSHENG_IMAGE"}
        assert named <= VARIABLES.keys(), file
        assert re.findall(r"https?://(?!zhunsheng;)[\w.-]+\.\w+", text) == [], file
        assert not re.search(r"image: [\w.-]+\.[\w.-]+/", text), file


def test_both_web_servers_say_the_same() -> None:
    alone, composed = (
        (DEPLOY / name).read_text(encoding="utf-8").partition("upstream")[2]
        for name in ("nginx.conf", "compose-nginx.conf")
    )
    assert alone.replace("127.0.0.1:8000", "web:8000") == composed


def test_the_web_server_keeps_to_tls_and_says_itself_who_asks() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    said = dict(re.findall(r"^ +(ssl_protocols|proxy_set_header X-Forwarded-\w+) +(.*);$", text, re.MULTILINE))
    assert said == {
        "ssl_protocols": "TLSv1.2 TLSv1.3", "proxy_set_header X-Forwarded-For": "$remote_addr",
        "proxy_set_header X-Forwarded-Proto": "https",
    }  # fmt: skip
    most = int(re.search(r"client_max_body_size (\d+)m;", text)[1]) * 1024 * 1024
    assert most > max(materials.LARGEST, uploads.body_limit()), "what the site takes is not refused before it"
    plain = text[text.index("listen 80;") : text.index("listen 443")]
    assert "location /api/ {\n        return 403;" in plain
    assert "proxy_pass" not in plain
    assert "proxy_cache" not in text, "pages of one officer are kept for nobody else"


def test_no_password_is_brought_along() -> None:
    for name, service in COMPOSE["services"].items():
        for key, value in service.get("environment", {}).items():
            if "PASSWORD" in key or key == "ZHUNSHENG_DATABASE_URL":
                assert re.search(r"\$\{\w+:\?", value), f"{name} {key} has to be set, or nothing starts"


@pytest.mark.parametrize("name", ["make-replicator.sh", "start-replica.sh"])
def test_the_scripts_can_be_read_by_a_shell(name: str) -> None:
    subprocess.run(["sh", "-n", DEPLOY / "postgresql" / name], check=True)
