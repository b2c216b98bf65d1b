"""The window of images that processes render while a network is trained."""

import multiprocessing
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from handpose_live.types.errors import HandPoseError
from trainer.data import rendering
from trainer.data.rendering import RenderedWindow

GROUP = 8
ROOT = Path(__file__).resolve().parents[2]
# Asks for images until Ctrl-C, which a terminal sends to all processes.
ENDLESS = """
from tests.trainer.test_rendering import GROUP, numbers
from trainer.data.rendering import RenderedWindow

if __name__ == "__main__":
    window = RenderedWindow(numbers, group=GROUP, uses_per_step=8, step=0, workers=2, progress=False)
    try:
        window.at(0)
        print(*(process.pid for process in window._processes), flush=True)
        for step in range(1_000_000_000):
            window.at(step)
    finally:
        window.close()
"""


def numbers(index: int) -> list[int]:
    """Each scene has a number, and those of an even one another."""
    return [index] if index % 2 else [index, -index]


def no_skins(_: int) -> list[int]:
    raise HandPoseError("There are no skins.")


def no_memory(_: int) -> list[int]:
    os._exit(1)


@pytest.fixture(autouse=True)
def _small_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "GROUPS", 3)
    monkeypatch.setattr(rendering, "USES", 2)


def _images(groups: range) -> list[int]:
    scenes = range(groups.start * GROUP, groups.stop * GROUP)
    return [image for scene in scenes for image in numbers(scene)]


def test_the_window_slides_over_the_scenes_with_the_steps_whatever_the_workers() -> None:
    for workers in (1, 2):
        window = RenderedWindow(numbers, group=GROUP, uses_per_step=8, step=0, workers=workers, progress=False)
        with closing(window):
            assert window.at(0) == window.at(1) == _images(range(3))
            assert window.at(2) == window.at(3) == _images(range(1, 4))
            assert window.at(9) == _images(range(4, 7))
        assert not multiprocessing.active_children()


def test_a_resumed_run_sees_the_same() -> None:
    with closing(RenderedWindow(numbers, group=GROUP, uses_per_step=8, step=11, workers=2, progress=False)) as window:
        assert window.at(11) == _images(range(5, 8))


def test_an_error_of_a_process_is_one_of_the_run() -> None:
    for work, message in ((no_skins, "no skins"), (no_memory, "too little memory")):
        window = RenderedWindow(work, group=GROUP, uses_per_step=8, step=0, workers=1, progress=False)
        with closing(window), pytest.raises(HandPoseError, match=message):
            window.at(0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C otherwise")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_processes_end_with_the_run(ending: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS)
    run = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    assert run.stdout
    assert run.stderr
    workers = [int(pid) for pid in run.stdout.readline().split()]
    assert len(workers) == 2
    if ending == signal.SIGINT:
        os.killpg(run.pid, ending)
    else:
        os.kill(run.pid, ending)
    assert run.stderr.read().count("KeyboardInterrupt") == (ending == signal.SIGINT)  # at the end of all processes
    run.wait()
