"""The demo's own copy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.servers import PROJECT

OPENED = "from clockify.app.shell.resources import desk; desk().demo_store.salt(); import os; print(*os.listdir(os.environ['TMPDIR']))"


def test_the_demos_copy_is_gone_with_the_process(tmp_path: Path) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", OPENED], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    assert "clockify-demo-" in done.stdout
    assert not list(tmp_path.glob("clockify-demo-*"))
