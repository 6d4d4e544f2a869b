"""``python -m tools.faults``: every fault with several seeds, a line of the table each; a trial that breaks off is told and the next
one goes on. 1 when anything was lost, halved, doubled, cannot be proven or was not tried to the end."""

from __future__ import annotations

import argparse
import logging
import sys
import time

from tools import left
from tools.faults.kinds import FAULTS, NotHere, attempt


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.faults")
    parser.add_argument("--fault", choices=FAULTS, action="append", help="all of them by default; may be repeated")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--each", type=int, default=100, help="writes before the next blow")
    asked = parser.parse_args()
    all_well, trials = True, []
    for cells in (("fault", "seed", *left.COLUMNS, "s"), ("--",) * (len(left.COLUMNS) + 3)):
        print(left.line(*cells), flush=True)
    for fault in asked.fault or FAULTS:
        for seed in [asked.seed] if asked.seed is not None else range(1, asked.seeds + 1):
            began = time.monotonic()
            try:
                found = attempt(fault, seed, asked.rounds, asked.each)
            except NotHere as reason:
                print(f"NOT HERE {fault}: {reason}", flush=True)
                break
            except Exception:
                logging.exception("%s", fault)
                print(f"BROKEN OFF {fault} seed {seed}", flush=True)
                all_well = False
                continue
            trials.append(found)
            print(left.line(fault, str(seed), *left.row(found), f"{time.monotonic() - began:.0f}"), flush=True)
            if wrong := left.what_is_wrong(found):
                all_well = False
                print(f"WRONG {fault} seed {seed}: {'; '.join(wrong)}", flush=True)
    acknowledged, found_again, lost = (sum(one[name] for one in trials) for name in ("acknowledged", "found", "lost"))
    print(f"{len(trials)} trials: {acknowledged:,} writes acknowledged, {found_again:,} found, {lost} lost", flush=True)
    return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main())
