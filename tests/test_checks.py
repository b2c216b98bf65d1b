"""The same checks run everywhere: in ``make test``, before a commit, and on GitHub on every system."""

import re
import shlex
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SYSTEMS = ("ubuntu-latest", "macos-latest", "windows-latest")
PYTHONS = ("3.11", "3.12", "3.13")


def _yaml(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def _checks() -> list[str]:
    """Return the commands of ``make test``; the last one runs the tests."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^test:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    return [re.sub(r"^.*\.venv/bin/", "", line) for line in recipe.splitlines()]


def _ci_job() -> Any:
    return _yaml(".github/workflows/ci.yml")["jobs"]["test"]


def test_a_commit_runs_the_same_checks_as_make_before_the_tests() -> None:
    (local,) = _yaml(".pre-commit-config.yaml")["repos"]
    assert [hook["entry"].removeprefix(".venv/bin/") for hook in local["hooks"]] == _checks()[:-1]


def test_github_runs_the_checks_of_make() -> None:
    commands = [step.get("run", "") for step in _ci_job()["steps"]]
    *checks, tests = _checks()
    start = commands.index(checks[0])
    assert commands[start : start + len(checks)] == checks
    assert shlex.split(commands[start + len(checks)])[0] == shlex.split(tests)[0] == "pytest"


def test_github_tests_every_system_with_every_python() -> None:
    matrix = _ci_job()["strategy"]["matrix"]
    assert list(product(matrix["os"], matrix["python"])) == list(product(SYSTEMS, PYTHONS))


def test_tests_may_run_without_their_data_only_on_github() -> None:
    name = "HANDPOSE_TESTS_WITHOUT_SHARED"
    assert name in _ci_job()["env"]
    for file in ("Makefile", ".ci/run", "pyproject.toml"):
        assert name not in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda form: form.name
)
def test_issue_forms_have_what_github_requires(form: Path) -> None:
    content = yaml.safe_load(form.read_text(encoding="utf-8"))
    if form.name == "config.yml":
        assert content == {"blank_issues_enabled": False}
        return
    assert content["name"]
    assert content["description"]
    fields = [part for part in content["body"] if part["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)
