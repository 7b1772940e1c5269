"""What is shipped for hosting and can't be started here (systemd, a container engine) is checked as far as that goes."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from clockify.settings import SETTINGS
from tests.support.hosting import HOSTING
from tests.support.servers import PROJECT

UNIT, PLACE = HOSTING / "clockify-dashboard@.service", "/opt/clockify-dashboard"
COMPOSE: dict[str, Any] = yaml.safe_load((HOSTING / "compose.yaml").read_text(encoding="utf8"))
DOCKERFILE = (HOSTING / "Dockerfile").read_text(encoding="utf8").replace("\\\n", " ")
HAS_ENTRY = (PROJECT / "clockify" / "__main__.py").exists()


def instructions(name: str) -> list[str]:
    return [line.partition(" ")[2] for line in DOCKERFILE.splitlines() if line.startswith(f"{name} ")]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "clockify-dashboard@8501.service"
    # Programs must be where a unit says: here it is this one's.
    unit.write_text(UNIT.read_text().replace(f"{PLACE}/.venv/bin/python", sys.executable), encoding="utf8")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "clockify" in line]) == (0, [])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_calls_it_well_shut_in() -> None:
    done = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(UNIT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout.splitlines()[-1]


@pytest.mark.skipif(not HAS_ENTRY, reason="there is no `python -m clockify` yet")
def test_every_option_that_is_given_is_one_that_the_program_has() -> None:
    shown = subprocess.run([sys.executable, "-m", "clockify", "--help"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    (started,) = re.findall("^ExecStart=(.*)$", UNIT.read_text(encoding="utf8"), re.MULTILINE)
    given = {*shlex.split(started), *COMPOSE["x-process"]["command"], *yaml.safe_load(instructions("CMD")[0])}
    options = {word for word in given if word.startswith("--")}
    assert len(options) > 2
    assert {option for option in options if option not in shown} == set()


def test_what_is_copied_into_the_image_is_there_and_is_sent_to_the_builder() -> None:
    sources = [source for line in instructions("COPY") for source in line.split()[:-1]]
    assert {"clockify", "pages", "streamlit_app.py"} <= set(sources)
    assert [source for source in sources if not (PROJECT / source).exists() or not is_sent(source)] == []


def test_no_secret_and_no_data_is_sent_to_the_builder() -> None:
    for path in [
        ".env",
        ".streamlit/secrets.toml",
        ".data/records.sqlite",
        ".git/config",
        ".venv/bin/python",
        "clockify/hosting/secrets/secrets.toml",
        "tests/conftest.py",
    ]:
        assert not is_sent(path), path
    assert is_sent("clockify/desk/desk.py")


def is_sent(path: str) -> bool:
    """Tell whether the builder gets a path: the last line that says something of it, or of a folder it is in, decides."""
    parts = path.split("/")
    wholes = ["/".join(parts[: number + 1]) for number in range(len(parts))]
    sent = True
    for line in (HOSTING / "Dockerfile.dockerignore").read_text(encoding="utf8").splitlines():
        pattern = line.strip().removeprefix("!")
        if line and not line.startswith("#") and any(fnmatch(one, pattern.removeprefix("**/")) for one in wholes):
            sent = line.startswith("!")
    return sent


def test_the_image_has_a_python_that_we_support_and_a_user_who_isnt_root() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    (version,) = re.findall(r"^python:(\d+\.\d+)", instructions("FROM")[0])
    assert tuple(map(int, version.split("."))) >= tuple(map(int, project["requires-python"].removeprefix(">=").split(".")))
    assert instructions("USER") == ["clockify"]
    assert "'.[postgres]'" in instructions("RUN")[1] and "postgres" in project["optional-dependencies"]


def test_what_the_compose_file_leads_to_is_there() -> None:
    build = COMPOSE["x-process"]["build"]
    context = (HOSTING / build["context"]).resolve()
    assert context == PROJECT
    assert (context / build["dockerfile"]) == HOSTING / "Dockerfile"
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (HOSTING / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], source
        assert set(service.get("networks", [])) <= COMPOSE["networks"].keys()
        wanted = service.get("depends_on", {})
        assert set(wanted) <= COMPOSE["services"].keys()
        for other, terms in wanted.items() if isinstance(wanted, dict) else ():
            assert terms["condition"] == "service_healthy"
            assert "healthcheck" in COMPOSE["services"][other]


def test_secrets_come_as_files_and_by_no_environment() -> None:
    declared = COMPOSE["secrets"]
    for service in COMPOSE["services"].values():
        used = {one["source"] if isinstance(one, dict) else one for one in service.get("secrets", [])}
        assert used <= declared.keys()
        named = {
            str(value).removeprefix("/run/secrets/") for value in service.get("environment", {}).values() if "/run/secrets/" in str(value)
        }
        assert named <= used
        assert (
            not {"CLOCKIFY_API_KEY", "DATABASE_URL", "CLOCKIFY_WEBHOOK_TOKENS", "POSTGRES_PASSWORD"} & service.get("environment", {}).keys()
        )
    ignored = (PROJECT / ".gitignore").read_text(encoding="utf8").splitlines()
    assert all(one["file"].startswith("./secrets/") for one in declared.values())
    assert "/clockify/hosting/secrets/" in ignored


def test_settings_that_are_given_are_known_to_whom_they_are_given() -> None:
    assert COMPOSE["x-process"]["environment"].keys() <= set(SETTINGS)
    proxy = (HOSTING / "haproxy.cfg").read_text(encoding="utf8")
    assert all(f"${{{name}-" in proxy for name in COMPOSE["services"]["proxy"]["environment"])


def test_nothing_of_the_database_or_the_processes_is_published() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]
    assert COMPOSE["services"]["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
