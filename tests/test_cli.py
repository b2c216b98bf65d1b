"""The options of the command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from handpose_live.cli import parse_options, program_name

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("main.py", "python main.py"),
        ("/somewhere/handpose_live/__main__.py", "python -m handpose_live"),
        ("/usr/local/bin/handpose-live", "handpose-live"),
        ("handpose-live.exe", "handpose-live"),
    ],
)
def test_the_program_is_named_as_it_was_called(script: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [script])
    assert program_name() == name


@pytest.mark.parametrize("command", [["-m", "handpose_live"], ["main.py"]])
def test_help_starts_with_that_name(command: list[str]) -> None:
    run = subprocess.run([sys.executable, *command, "--help"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.startswith(f"usage: python {' '.join(command)} [-h]")


def test_without_arguments_there_is_no_source_and_every_option_has_its_default() -> None:
    options = parse_options([])
    assert (options.source, options.max_hands, options.device, options.weights) == (None, None, None, None)
    assert (options.record, options.landmarks, options.out, options.hand_length) == (None, None, None, None)
    assert (options.headless, options.smoothing, options.list_cameras) == (False, True, False)


def test_every_option_is_parsed() -> None:
    text = "clip.mp4 --max-hands 3 --device cpu --weights a.safetensors --record a.mp4 --landmarks a.csv --headless"
    options = parse_options([*text.split(), "--no-smoothing", "--hand-length", "182.5"])
    assert (options.source, options.max_hands, options.device) == ("clip.mp4", 3, "cpu")
    assert (options.weights, options.record, options.landmarks) == (
        Path("a.safetensors"),
        Path("a.mp4"),
        Path("a.csv"),
    )
    assert (options.headless, options.smoothing, options.hand_length) == (True, False, 182.5)


@pytest.mark.parametrize("length", ["18.5", "0.185", "7300", "long", "nan", "-180"])
def test_a_hand_length_in_another_unit_is_refused_in_one_sentence(
    length: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse_options([f"--hand-length={length}"])
    assert f"{length} is no length of a hand in mm, from wrist crease" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    ["a.mp4 b.mp4 --headless", "--headless --out out", "a.mp4 --out out", "a.mp4 --headless --out out --record r.mp4"],
)
def test_incompatible_options_are_refused(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse_options(arguments.split())
    assert end.value.code == 2
    assert "--out DIR" in capsys.readouterr().err
