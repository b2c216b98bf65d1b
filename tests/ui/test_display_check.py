"""Checks for a display before Qt would abort the program."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handpose_live.types.errors import HandPoseError
from handpose_live.ui import display_check
from handpose_live.ui.display_check import check_display, forget_cv2_plugins
from tests.ui.conftest import Display

VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_the_one_sentence_error_without_a_display_names_a_solution() -> None:
    with pytest.raises(HandPoseError, match=r"no display .* --headless"):
        check_display()


@pytest.mark.parametrize("name", [":987", "missing.invalid:0", "nonsense", ""])
def test_a_display_that_does_not_answer_counts_as_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("DISPLAY", name)
    with pytest.raises(HandPoseError, match="no display"):
        check_display()


def test_a_wayland_display_that_does_not_answer_counts_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    with pytest.raises(HandPoseError, match="no display"):
        check_display()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=640x480"])
def test_a_platform_without_a_display_needs_none(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    check_display()


def test_a_display_that_answers_is_enough(monkeypatch: pytest.MonkeyPatch, display: Display) -> None:
    monkeypatch.setenv("DISPLAY", display.name)
    check_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    check_display()
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    check_display()


def test_a_display_that_the_chosen_platform_cannot_use_counts_as_none(
    monkeypatch: pytest.MonkeyPatch, display: Display
) -> None:
    monkeypatch.setenv("DISPLAY", display.name)
    monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")
    with pytest.raises(HandPoseError, match="no display"):
        check_display()


def test_a_missing_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, display: Display) -> None:
    monkeypatch.setenv("DISPLAY", display.name)
    monkeypatch.setitem(display_check.X11_LIBRARIES, "libxcb-missing.so.0", "libxcb-missing0")
    with pytest.raises(HandPoseError, match=r"libxcb-missing\.so\.0: .*apt-get install libxcb-missing0'"):
        check_display()


@pytest.mark.parametrize("display_name", [None, ":987"])
def test_the_program_ends_with_that_sentence_and_no_traceback(shared: Path, display_name: str | None) -> None:
    env = {"PATH": "", "PYTHONPATH": "."} | ({"DISPLAY": display_name} if display_name else {})
    ended = subprocess.run(
        [sys.executable, "-m", "handpose_live", str(shared / "data/clips/scale_1.mp4")],
        env=env,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == "There is no display to open a window on: add --headless to work without one.\n"


def test_environment_variables_of_opencv_are_removed_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2

    folder = Path(cv2.__file__).parent / "qt"
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", str(folder / "plugins"))
    monkeypatch.setenv("QT_QPA_FONTDIR", "/a/folder/of/my/own")
    forget_cv2_plugins()
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    assert os.environ["QT_QPA_FONTDIR"] == "/a/folder/of/my/own"
