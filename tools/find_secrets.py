"""查密钥: looks for keys, tokens and passwords in the files of the repository (detect-secrets). Run by `make check`.

What only looks like one, such as the addresses in examples, is known by the words it is made of.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NO_TEXT_OF_OURS = r"^(requirements/|package-lock\.json|tools/vendor\.sha256|docs/(gallery|pictures|screenshots)/|docs/\w+/reference/|src/zhunsheng/(locale|systems|law|demonstration)/)"
EXAMPLES = r"^(password|pass|word|hidden|change-me|口令)\W*$"
NOISY = ("KeywordDetector", "HexHighEntropyString", "Base64HighEntropyString")
"""What takes every long name for a key."""


def main() -> int:
    command = [
        Path(sys.executable).with_name("detect-secrets"),
        "scan",
        "--exclude-files",
        NO_TEXT_OF_OURS,
        "--exclude-secrets",
        EXAMPLES,
    ]
    for name in NOISY:
        command += ["--disable-plugin", name]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found = [(file, one) for file, all_of_it in json.loads(answer.stdout)["results"].items() for one in all_of_it]
    for file, one in found:
        print(f"{file}:{one['line_number']}: {one['type']}")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
