"""查依赖漏洞: asks whether a known weakness is published for a version the product is locked to (pip-audit). Run by `make check`.

A machine that reaches no database of weaknesses is told so and goes on: what could not be asked is not called clean.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCKED = Path(__file__).resolve().parents[1] / "requirements" / "base.txt"


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
    asked = [one for one in found if "skip_reason" not in one]
    weak = [(one["name"], one["version"], weakness) for one in asked for weakness in one["vulns"]]
    for name, version, weakness in weak:
        print(f"{name} {version}: {weakness['id']} → {', '.join(weakness['fix_versions']) or '—'}")
    if not asked:
        print(
            "没有连上漏洞数据库，依赖没有查过；请在能访问互联网的机器上再运行一次。 "
            "No database of weaknesses was reached, so no dependency was looked at; run it again where one can be.",
            file=sys.stderr,
        )
    elif len(asked) < len(found):
        print(
            f"{len(found) - len(asked)} 个依赖没有查到。 {len(found) - len(asked)} dependencies could not be looked up.",
            file=sys.stderr,
        )
    return 1 if weak else 0


if __name__ == "__main__":
    raise SystemExit(main())
