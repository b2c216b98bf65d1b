"""``python -m tests.ui.soak VIDEO SECONDS``: play a video in a loop and record it; measure the cost.

Prints the memory of the process and the time per frame ten times, and at the end whether each processed frame is in
the recorded video.
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
from tests.ui.fakes import frame_count, session_factory, trained

REPORTS = 10


@dataclass(frozen=True)
class Soak:
    """The result of a soak test.

    Attributes:
        memory_mb, frame_ms: memory of the process and time per frame, at each report.
        processed, recorded: frames that were processed while recording, and frames in the video.
    """

    memory_mb: list[float]
    frame_ms: list[float]
    processed: int
    recorded: int


def soak(application: QApplication, video: str, seconds: float, folder: Path, factory: SessionFactory) -> Soak:
    """Play, loop and record a video for a number of seconds."""
    settings = Settings(recording=RecordingSettings(folder=str(folder)))
    window = Window(factory, settings, folder / "settings.ini", find_cameras=list)
    window.show()
    window.sources.open(video)
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


def main(video: str, seconds: float) -> int:
    import torch

    from handpose_live.detection.mediapipe_detector import MediaPipeDetector

    torch.set_num_threads(1)

    factory = SessionFactory(
        session_factory().open_source,
        trained,
        lambda count: MediaPipeDetector(max_hands=count),
        session_factory().rules,
    )
    with tempfile.TemporaryDirectory() as folder:
        result = soak(create_application(Settings()), video, seconds, Path(folder), factory)
    growth = result.memory_mb[-1] / result.memory_mb[0] - 1
    print(f"memory {100 * growth:+.1f} % since the first report")
    print(f"{result.processed} frames processed, {result.recorded} recorded")
    return 0 if result.processed == result.recorded else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
