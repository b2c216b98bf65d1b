"""The trainer's command line."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trainer.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    *("fit", "generalise", "evaluate", "space", "robustness", "export", "gestures", "clips"),
    *("identity", "steadiness", "detection", "benchmark", "render", "preview"),
)


def test_the_help_lists_all_commands_and_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert printed.startswith("usage: python -m trainer ")
    listed = [line.split()[0] for line in printed.splitlines() if line.startswith("    ") and line[4] != " "]
    assert listed == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: python -m trainer {command} ")


def test_the_help_loads_no_heavy_library() -> None:
    code = (
        "import json, sys\n"
        "from trainer.__main__ import main\n"
        "try:\n"
        "    main(['benchmark', '--help'])\n"
        "except SystemExit:\n"
        "    print(json.dumps(sorted(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not {"torch", "numpy", "cv2", "PyQt6", "mediapipe"}.intersection(json.loads(run.stdout.splitlines()[-1]))


def test_errors_of_the_benchmark_are_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["benchmark", "missing.mp4", "--only", "clips"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "missing.mp4" in line


def test_in_the_installed_program_the_command_has_the_package_as_its_prefix(tmp_path: Path) -> None:
    """Simulate the wheel, in which ``trainer`` is a package of ``handpose_live``."""
    package = tmp_path / "handpose_live"
    package.mkdir()
    (package / "__init__.py").write_text(f"__path__.append({str(ROOT / 'handpose_live')!r})\n__version__ = '0'\n")
    shutil.copytree(ROOT / "trainer", package / "trainer")
    command = [sys.executable, "-m", "handpose_live.trainer", "fit", "--help"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert run.stdout.startswith("usage: python -m handpose_live.trainer fit ")
