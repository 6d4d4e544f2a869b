"""The files of deploy/ are right: units are taken by systemd, compose can be read, and every command in them exists."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.test_documentation import problem_of
from tools.bundle import INSTALLER
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


def test_nothing_but_the_web_server_is_reached_from_outside() -> None:
    reached = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert reached == {"proxy": ["80:80", "443:443"]}
    assert all("network_mode" not in service for service in COMPOSE["services"].values())
    serving = [line for unit in UNITS for line in unit.read_text("utf-8").splitlines() if "zhunsheng serve" in line]
    assert len(serving) == 1
    assert "--address 127.0.0.1" in serving[0]
    primary = (DEPLOY / "postgresql/primary.conf").read_text(encoding="utf-8")
    assert "password_encryption = 'scram-sha-256'" in primary


def test_a_bundle_that_was_changed_is_not_installed(tmp_path: Path) -> None:
    wheel, installer = tmp_path / "wheels/zhunsheng-1.0-py3-none-any.whl", tmp_path / "install.sh"
    wheel.parent.mkdir()
    wheel.write_bytes(b"as it was made")
    installer.write_text(INSTALLER, encoding="utf-8")
    files = [wheel, installer]
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(tmp_path)}" for file in files]
    (tmp_path / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="ascii")
    python = tmp_path / "target/bin/python"
    python.parent.mkdir(parents=True)
    (python.parent / "zhunsheng").symlink_to("/bin/true")
    python.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>{tmp_path}/asked\n', encoding="utf-8")
    python.chmod(0o755)

    def installed() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", installer, tmp_path / "target"], env={"PATH": os.environ["PATH"], "PYTHON": sys.executable},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    (tmp_path / "wheels/zhunsheng-2.0-py3-none-any.whl").write_bytes(b"put beside it")
    assert installed().returncode == 0
    dependencies, ours = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert "--no-index" in dependencies
    assert "--require-hashes" in dependencies
    assert ours.endswith(str(wheel))
    (tmp_path / "asked").unlink()
    wheel.write_bytes(b"as somebody changed it")
    refused = installed()
    assert refused.returncode == 1
    assert "没有安装" in refused.stderr
    assert not (tmp_path / "asked").exists()


def test_whatever_is_installed_is_locked_to_its_hash() -> None:
    for file in (DEPLOY.parent / "requirements").glob("*.txt"):
        entries = re.split(r"\n(?=\S)", file.read_text(encoding="utf-8").strip())
        assert [
            one for one in entries if not re.fullmatch(r"[\w.\[\]-]+==[^\\]+(\\\n +--hash=sha256:[0-9a-f]{64} ?)+", one)
        ] == [], file.name
    assert "--require-hashes" in (DEPLOY.parent / "Makefile").read_text(encoding="utf-8")


def test_no_password_is_brought_along() -> None:
    for name, service in COMPOSE["services"].items():
        for key, value in service.get("environment", {}).items():
            if "PASSWORD" in key or key == "ZHUNSHENG_DATABASE_URL":
                assert re.search(r"\$\{\w+:\?", value), f"{name} {key} has to be set, or nothing starts"


@pytest.mark.parametrize("name", ["make-replicator.sh", "start-replica.sh"])
def test_the_scripts_can_be_read_by_a_shell(name: str) -> None:
    subprocess.run(["sh", "-n", DEPLOY / "postgresql" / name], check=True)
