"""``python -m tools.faults``: every fault with several seeds, a line each. 1 when anything was lost, halved, doubled or cannot be proven."""

from __future__ import annotations

import argparse
import json
import sys
import time

from tools.faults.kinds import FAULTS, NotHere, attempt
from tools.faults.trial import is_well


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.faults")
    parser.add_argument("--fault", choices=FAULTS, action="append", help="all of them by default; may be repeated")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--each", type=int, default=100, help="writes before the next blow")
    asked = parser.parse_args()
    all_well = True
    for fault in asked.fault or FAULTS:
        for seed in range(1, asked.seeds + 1):
            began = time.monotonic()
            try:
                found = attempt(fault, seed, asked.rounds, asked.each)
            except NotHere as reason:
                print(f"not here  {fault}: {reason}", flush=True)
                break
            all_well &= is_well(found)
            told = json.dumps(found, ensure_ascii=False)
            mark = "ok   " if is_well(found) else "WRONG"
            print(f"{mark} {fault} seed {seed} {time.monotonic() - began:.0f} s {told}", flush=True)
    return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main())
