"""查依赖漏洞: asks whether a known weakness is published for a version the product is locked to (pip-audit). Run by `make check`.

A machine that reaches no database of weaknesses is told so, and why, and goes on: what could not be asked is not called clean. With
``--required``, as before a release, that ends with 2.
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
        reasons = [one["skip_reason"] for one in found] or answer.stderr.strip().splitlines()[-1:] or ["—"]
        locked = sum(line[:1].isalnum() for line in LOCKED.read_text(encoding="utf-8").splitlines())
        print(
            f"!! 依赖漏洞没有查过：{locked} 个依赖一个也没有查到，没有连上漏洞数据库。请在能访问互联网的机器上再运行一次。\n"
            f"!! DEPENDENCIES NOT CHECKED: none of {locked} was looked at, no database of weaknesses was reached; run it again where one can be.\n"
            f"!! {reasons[0][:300]}",
            file=sys.stderr,
        )
    elif len(asked) < len(found):
        print(
            f"!! {len(found) - len(asked)} 个依赖没有查到。 {len(found) - len(asked)} DEPENDENCIES could not be looked up.",
            file=sys.stderr,
        )
    if not weak and (not asked or len(asked) < len(found)):
        return 2 if "--required" in sys.argv else 0
    return 1 if weak else 0


if __name__ == "__main__":
    raise SystemExit(main())
