"""One fault, tried: a copy of the tree with it, and the unit tests that run its line."""

from __future__ import annotations

import compileall
import importlib
import os
import pickle
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

from tests.mutation.faults import Fault
from tests.mutation.touched import Stages, Touched

ROOT = Path(__file__).parents[2]
TESTS_OF = {
    "periods.py": ("test_periods",),
    "money.py": ("test_money",),
    "frames*": ("test_frames*", "test_reports_*"),
    "columns*": ("test_frames*", "test_reports_*"),
    "rows*": ("test_frames*", "test_reports_*"),
    "directory.py": ("test_directory",),
    "settings.py": ("test_settings",),
    "reports/*": ("test_reports_*",),
    "mirror/*": ("test_mirror_*", "test_checking"),
    "records/*": ("test_records_*",),
    "plans.py": ("test_plans*", "test_records_*"),
    "engines.py": ("test_mirror_database", "test_records_database"),
    "api/*": ("test_api_*",),
}
# These kill processes, wait, or edit at random for half a minute: others are quicker to notice.
SLOW = ("test_mirror_killed", "test_mirror_edits", "test_mirror_outage", "test_mirror_leases")
WARM = ("pandas", "pyarrow", "sqlalchemy.dialects.sqlite", "requests", "starlette.applications", "uvicorn", "streamlit", "altair", "pytest")
OPTIONS = (
    "-x",
    "-q",
    "-p",
    "no:cacheprovider",
    "-o",
    "addopts=--strict-markers --import-mode=importlib",
    "-k",
    "not postgresql",
    "-m",
    "not nightly",
)


def modules(only: Sequence[str]) -> list[str]:
    """Return the modules that have tests in the table, by path below `clockify`; only those whose path has one of the words."""
    paths = [path.relative_to(ROOT / "clockify").as_posix() for path in sorted((ROOT / "clockify").rglob("*.py"))]
    return [path for path in paths if tests_of(path) and (not only or any(word in path for word in only))]


def tests_of(module: str) -> tuple[str, ...]:
    """Return the test files that concern a module; slow ones only where they bear its name."""
    patterns = [name for path, names in TESTS_OF.items() if fnmatch(module, path) for name in names]
    found = {
        path
        for name in patterns
        for path in (ROOT / "tests" / "unit").glob(f"{name}.py")
        if path.stem not in SLOW or Path(module).stem in path.stem
    }
    return tuple(sorted(f"tests/unit/{path.name}" for path in found))


def warm_up() -> None:
    """Import what every trial needs and none changes, so that a trial is a fork and not a start."""
    from hypothesis import Phase, settings

    for name in WARM:
        importlib.import_module(name)
    # The same examples each time, and no search for the smallest: the house's profile is made on top of this one.
    settings.register_profile("trial", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
    settings.load_profile("trial")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"


class Bench:
    """A copy of the tree for one fault at a time."""

    def __init__(self, folder: Path, like: Bench | None = None) -> None:
        self.folder = folder
        for name in ("clockify", "tests"):
            shutil.copytree((like.folder if like else ROOT) / name, folder / name)
        for path in ROOT.glob("*.toml"):
            shutil.copy2(path, folder / path.name)
        compileall.compile_dir(folder / "clockify", quiet=2)

    def passes(self, tests: Sequence[str], seconds: float, *, follow: bool = False) -> bool:
        """Run tests in a process of its own; what isn't over in time has failed. `touched` tells which ran what, with `follow`."""
        child = os.fork()
        if child == 0:
            self._run(tests, Touched(f"{self.folder / 'clockify'}/") if follow else None)
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until and not os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                time.sleep(0.01)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)  # what hangs, and what a test has left running
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    def touched(self) -> Touched:
        """Return which test runs which line, after `passes` has followed them."""
        return Touched(f"{self.folder / 'clockify'}/", *pickle.loads((self.folder / "touched").read_bytes()))

    def survives(self, fault: Fault, stages: Stages) -> bool:
        """Put a fault in, run the tests that can see it, and take it out again."""
        path = self.folder / "clockify" / fault.path
        kept, times = path.read_bytes(), path.stat()
        path.write_text(fault.source)
        try:
            return all(self.passes(tests, seconds) for tests, seconds in stages)
        finally:
            path.write_bytes(kept)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # what was compiled of it is good again

    def _run(self, tests: Sequence[str], touched: Touched | None) -> None:
        """Be the process that runs them, and end with it."""
        code = 70
        try:
            os.setsid()
            sink = os.open(self.folder / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(sink, 1), os.dup2(sink, 2)
            os.chdir(self.folder)
            for name in [name for name in sys.modules if name.split(".")[0] in {"clockify", "tests"}]:
                del sys.modules[name]
            sys.path[:] = [str(self.folder), *(one for one in sys.path if Path(one).resolve() != ROOT)]
            sys.dont_write_bytecode = True
            pytest = importlib.import_module("pytest")
            if touched:
                touched.follow()
            passed = pytest.main([*OPTIONS, *tests], [touched] if touched else []) == pytest.ExitCode.OK
            if touched:
                (self.folder / "touched").write_bytes(pickle.dumps(touched.plain()))
            if Path(sys.modules["clockify"].__path__[0]).samefile(self.folder / "clockify"):
                code = 0 if passed else 1
        finally:
            sys.stdout.flush()
            os._exit(code)
