"""查依赖: asks whether a known weakness is published for a version the product is locked to (pip-audit), and whether the locked versions
were renewed in time. Run by `make check`.

A machine that reaches no database of weaknesses is told so, and why, and goes on: what could not be asked is not called clean. With
``--required``, as before a release, that ends with 2, and versions not renewed in time end with 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "requirements"
LOCKED, RENEWED = FOLDER / "base.txt", FOLDER / "renewed"
TERM = 90
"""Days after which the locked versions have to be taken anew; SECURITY.md tells it."""


def main() -> int:
    command = [
        Path(sys.executable).with_name("pip-audit"),
        "--requirement",
        LOCKED,
        "--disable-pip",
        "--require-hashes",
    ]
    command += ["--progress-spinner", "off", "--format", "json", "--timeout", "10"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found = json.loads(answer.stdout)["dependencies"]
    except (ValueError, KeyError):
        found = []
    locked = sum(line[:1].isalnum() for line in LOCKED.read_text(encoding="utf-8").splitlines())
    why = (answer.stderr.strip().splitlines() or ["—"])[-1]
    lines, status = judged(found, locked, why, (date.today() - renewed_on()).days, required="--required" in sys.argv)
    for line in lines:
        print(line, file=sys.stderr if line.startswith("!!") else sys.stdout)
    return status


def renewed_on() -> date:
    """The day on which the locked versions were last taken anew; ``lock.sh`` writes it."""
    return date.fromisoformat(RENEWED.read_text(encoding="ascii").strip())


def judged(found: list[dict[str, Any]], locked: int, why: str, age: int, *, required: bool) -> tuple[list[str], int]:
    """What is to be said of the answer of pip-audit and of the days since the renewal, and how it ends."""
    asked = [one for one in found if "skip_reason" not in one]
    weak = [(one["name"], one["version"], weakness) for one in asked for weakness in one["vulns"]]
    lines = [f"{name} {version}: {one['id']} → {', '.join(one['fix_versions']) or '—'}" for name, version, one in weak]
    if not asked:
        reasons = [one["skip_reason"] for one in found] or [why]
        lines += [
            f"!! 依赖漏洞没有查过：{locked} 个依赖一个也没有查到，没有连上漏洞数据库。请在能访问互联网的机器上再运行一次。",
            f"!! DEPENDENCIES NOT CHECKED: none of {locked} was looked at, no database of weaknesses was reached; run it again where one can be.",
            f"!! {reasons[0][:300]}",
        ]
    elif len(asked) < len(found):
        missing = len(found) - len(asked)
        lines.append(f"!! {missing} 个依赖没有查到。 {missing} DEPENDENCIES could not be looked up.")
    late = age > TERM
    if late:
        lines.append(
            f"!! 依赖 {age} 天没有更新，期限是 {TERM} 天：运行 tools/lock.sh。 The locked versions are {age} days old, {TERM} are the term: run tools/lock.sh."
        )
    if weak or (late and required):
        return lines, 1
    return lines, 2 if required and len(asked) < max(len(found), 1) else 0


if __name__ == "__main__":
    raise SystemExit(main())
