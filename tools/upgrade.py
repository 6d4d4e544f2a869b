"""An upgrade from an earlier state, filled by its own program (升级试验): ``python -m tools.upgrade COMMIT [--cases N] [--database postgresql]``.

The program of the commit makes a place and fills it; today's migrates it. Then everything has to read as before, courses, figures and
audit trail included, no identity number, telephone or address may stand in the clear, numbers have to be found, and when limits are
recorded anew and the ledger is completed cases, ledger and chain have to prove. Forward only: that is the way operators go. 1 when anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tools import servers

ROOT = Path(__file__).resolve().parent.parent
FILLING = ROOT / "tools/upgrade_filling.py"
BEFORE_ENCRYPTION = "1a909d4^"
"""The last state in which every column stood in the clear."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.upgrade", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("commit", nargs="?", default=BEFORE_ENCRYPTION)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhunsheng-upgrade-")))
        former = _checked_out(stack, home / "former", asked.commit)
        now = {n: v for n, v in os.environ.items() if not n.startswith(("ZHUNSHENG_", "DJANGO_"))}
        now["ZHUNSHENG_HOME"] = str(home / "place")
        if asked.database == "postgresql":
            folder = Path(tempfile.mkdtemp(prefix="pg-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            server = stack.enter_context(servers.a_server(folder / "data"))
            now["ZHUNSHENG_DATABASE_URL"] = servers.address_of(servers.socket_of(server))
        then = now | {"PYTHONPATH": f"{former / 'src'}:{former}"}
        now |= {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        _run(then, sys.executable, FILLING, "fill", str(asked.cases))
        before = json.loads(_run(then, sys.executable, FILLING, "read"))
        print(
            f"filled by {asked.commit}: " + ", ".join(f"{name} {len(rows):,}" for name, rows in before.items()),
            flush=True,
        )
        ours = [sys.executable, "-m", "zhunsheng"]
        began = time.monotonic()
        done = _run(now, *ours, "migrate")
        print(f"migrated in {time.monotonic() - began:.1f} s: {done.count(' OK')} migrations", flush=True)
        after = json.loads(_run(now, sys.executable, FILLING, "read"))
        wrong = [f"{name} do not read as before" for name in before if before[name] != after[name][: len(before[name])]]
        wrong += _in_the_clear(now)
        for proof in (
            ["cases", "recount"],
            ["ledger", "complete", "--all"],
            ["cases", "verify"],
            ["ledger", "verify"],
            ["audit", "seal"],
            ["audit", "verify"],
        ):
            began = time.monotonic()
            try:
                _run(now, *ours, *proof)
                print(f"{' '.join(proof)} in {time.monotonic() - began:.1f} s", flush=True)
            except RuntimeError as error:
                wrong.append(f"{' '.join(proof)}: {error}")
        again = _run(now, *ours, "migrate")
        wrong += [] if "No migrations to apply" in again else [f"a second migrate: {again[-300:]}"]
    for line in wrong:
        print(f"WRONG {line}")
    print("everything reads as before, is encrypted, and proves" if not wrong else f"{len(wrong)} differences")
    return int(bool(wrong))


def _checked_out(stack: ExitStack, place: Path, commit: str) -> Path:
    place.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", commit, "src", "tests"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    subprocess.run(["tar", "-x", "-C", place], input=archive.stdout, check=True)
    stack.callback(shutil.rmtree, place, ignore_errors=True)
    return place


def _run(environment: dict[str, str], *command: Any) -> str:
    done = subprocess.run([*map(str, command)], env=environment, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout)[-2000:])
    return done.stdout


def _in_the_clear(environment: dict[str, str]) -> list[str]:
    """Columns in which something that ought to be encrypted can be read in the database."""
    from tools.upgrade_filling import ADDRESS, NUMBERS, PHONE, RECOVERY

    script = (
        "import json, sys, django; django.setup()\n"
        "from django.db import connection\n"
        "from django.db.models import TextField\nfrom django.db.models.functions import Cast\n"
        "from zhunsheng.security.models import NumberDigest\n"
        "from zhunsheng.security.resealing import columns\n"
        "found = []\n"
        "for column in columns():\n"
        "    for text in column.model._base_manager.values_list(Cast(column.field, TextField()), flat=True).iterator():\n"
        "        said = json.dumps(json.loads(text), ensure_ascii=False) if text else ''\n"
        "        if any(secret in said for secret in sys.argv[1:]):\n"
        "            found.append(f'{column.model._meta.label}.{column.field} in the clear: {said[:200]}')\n"
        "            break\n"
        "if not NumberDigest.objects.exists(): found.append('no number can be found')\n"
        "from django_otp.plugins.otp_static.models import StaticToken\n"
        "from zhunsheng.security.second_factor import kept\n"
        "(token,) = StaticToken.objects.select_related('device')\n"
        f"if token.token != kept(token.device.user_id, '{RECOVERY}'): found.append('a recovery code as it was given')\n"
        "print(json.dumps(found))\n"
    )
    settings = environment | {"DJANGO_SETTINGS_MODULE": "zhunsheng.settings"}
    return list(json.loads(_run(settings, sys.executable, "-c", script, *NUMBERS, PHONE, ADDRESS)))


if __name__ == "__main__":
    sys.exit(main())
