"""Put small faults into the rooms that add up, check and decide, one at a time, and see which of them the unit tests notice.

`python -m tests.mutation` tries 70 at random (another 70 with `--seed 2`), `--sample 0` all of them;
`--only periods reports/billing` looks at these modules alone. Nothing of the tree itself is changed.
A survivor is printed with its place and both lines: write the test that kills it, or say in `harmless.py` why it can't be seen.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutation.faults import Fault, faults_in
from tests.mutation.harmless import HARMLESS
from tests.mutation.touched import Stages, Touched
from tests.mutation.trial import ROOT, Bench, modules, tests_of, warm_up

_own: list[Bench] = []  # of this worker


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description="Which small faults do the unit tests notice?")
    parser.add_argument("--sample", type=int, default=70, help="how many faults, 0 for all (70)")
    parser.add_argument("--seed", type=int, default=1, help="of the choice (1)")
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="modules whose path has one of these words")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (one for each core)")
    asked = parser.parse_args()
    faults = [fault for path in modules(asked.only) for fault in faults_in(path, (ROOT / "clockify" / path).read_text())]
    if asked.sample and asked.sample < len(faults):
        faults = sorted(random.Random(asked.seed).sample(faults, asked.sample), key=lambda fault: (fault.path, fault.line))
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that nothing stays behind
    warm_up()
    with TemporaryDirectory() as folder:
        print_outcome(faults, survivors(faults, Path(folder), asked.jobs), time.monotonic() - began)


def survivors(faults: Sequence[Fault], folder: Path, jobs: int) -> list[Fault]:
    """Try faults side by side and return those that no test noticed; each is printed when it is found."""
    first = Bench(folder / "first")
    files = {fault.path: tests_of(fault.path) for fault in faults}
    touched = {tests: followed(first, tests) for tests in sorted(set(files.values()))}
    trials = [(fault, touched[files[fault.path]]) for fault in faults]
    random.Random(0).shuffle(trials)  # the slow ones don't stand together
    trials = [(fault, known.stages(fault.path, fault.line)) for fault, known in trials]
    found = []
    with get_context("fork").Pool(jobs, _begin, [first]) as pool:
        for done, (fault, survived) in enumerate(pool.imap_unordered(_try, trials), start=1):
            if survived:
                found.append(fault)
            if survived and (fault.path, fault.now) not in HARMLESS:
                print(f"{done}/{len(trials)} clockify/{fault.path}:{fault.line}\n  - {fault.was}\n  + {fault.now}", flush=True)
    return found


def followed(bench: Bench, tests: Sequence[str]) -> Touched:
    """Run tests without a fault, and return which of them runs which line."""
    if not bench.passes(tests, seconds=1800, follow=True):
        raise SystemExit(f"Without any fault these fail already: {' '.join(tests)}\n{(bench.folder / 'output.txt').read_text()[-2000:]}")
    return bench.touched()


def print_outcome(faults: Sequence[Fault], survived: Sequence[Fault], seconds: float) -> None:
    all_of, left = (Counter(fault.path for fault in some) for some in (faults, survived))
    harmless = Counter(fault.path for fault in survived if (fault.path, fault.now) in HARMLESS)
    print(f"\n{'module':26}{'faults':>8}{'killed':>8}{'harmless':>10}{'survived':>10}")
    for path in (*all_of, "all"):
        figures = (count.total() if path == "all" else count[path] for count in (all_of, left, harmless))
        number, alive, known = figures
        print(f"{path:26}{number:8}{number - alive:8}{known:10}{alive - known:10}")
    print(f"in {seconds:.0f} s")


def _begin(first: Bench) -> None:
    _own[:] = [Bench(first.folder.parent / str(os.getpid()), like=first)]


def _try(trial: tuple[Fault, Stages]) -> tuple[Fault, bool]:
    fault, stages = trial
    return fault, _own[0].survives(fault, stages)


if __name__ == "__main__":
    main()
