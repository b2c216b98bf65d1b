"""``python -m tests.ui.soak FILM SECONDS``: the window plays a film over and over and records it; what that costs.

Prints, every tenth of the time, the memory of the process, the frames per second and the time per frame; at the end
whether each frame that was worked through is in the recorded film.
"""

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtWidgets import QApplication

from handpose_live.runtime.recording_settings import RecordingSettings
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.runtime.settings import Settings
from handpose_live.ui.start import create_application
from handpose_live.ui.window import Window
from tests.ui.stand_ins import frame_count, tools, trained

REPORTS = 10


@dataclass(frozen=True)
class Soak:
    """What came out.

    Attributes:
        memory_mb, frame_ms: at each report.
        worked, recorded: frames that were worked through while recording, and frames in the film.
    """

    memory_mb: list[float]
    frame_ms: list[float]
    worked: int
    recorded: int


def soak(application: QApplication, film: str, seconds: float, folder: Path, parts: SessionFactory) -> Soak:
    """Play, loop and record a film for so long."""
    settings = Settings(recording=RecordingSettings(folder=str(folder)))
    window = Window(parts, settings, folder / "settings.ini", find_cameras=list)
    window.show()
    window.sources.open(film)
    player = window.sources.player
    assert player is not None
    player.playback.looped = True
    _spin(application, lambda: window.display.state is not None, 60)
    window.recording.toggle_recording()
    _spin(application, window.view.badge.isVisible, 60)
    memory, frame_ms = [], []
    for _ in range(REPORTS):
        _spin(application, lambda: False, seconds / REPORTS)
        memory.append(_memory_mb())
        frame_ms.append(player.meter.speed(time.monotonic()).frame_ms or 0.0)
        print(f"{memory[-1]:7.1f} MB {frame_ms[-1]:6.1f} ms a frame", flush=True)
    recording = player.recording._recording
    assert recording is not None
    window.close()
    application.processEvents()
    return Soak(memory, frame_ms, recording.frames, frame_count(next(folder.glob("*.mp4"))))


def _spin(application: QApplication, ready: object, seconds: float) -> None:
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s and not ready():  # type: ignore[operator]
        application.processEvents()
        time.sleep(0.002)


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(film: str, seconds: float) -> int:
    import torch

    from handpose_live.tracking.detector import MediaPipeDetector

    torch.set_num_threads(1)

    seeing = SessionFactory(
        tools().open_source, trained, lambda count: MediaPipeDetector(max_hands=count), tools().rules
    )
    with tempfile.TemporaryDirectory() as folder:
        result = soak(create_application(Settings()), film, seconds, Path(folder), seeing)
    growth = result.memory_mb[-1] / result.memory_mb[0] - 1
    print(f"memory {100 * growth:+.1f} % since the first report")
    print(f"{result.worked} frames worked through, {result.recorded} recorded")
    return 0 if result.worked == result.recorded else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
