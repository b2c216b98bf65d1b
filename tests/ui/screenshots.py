"""``python -m tests.ui.screenshots VIDEO OUT [WIDTHxHEIGHT]``: save screenshots of the window as PNG files,
in both themes.

The video is played as if it came from a camera and must show two hands, as the demo does. Real hands must not be
published.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

import torch
from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QApplication, QScrollArea, QWidget

from handpose_live.detection.mediapipe_detector import MediaPipeDetector
from handpose_live.media.live.camera import Camera
from handpose_live.media.live.live_source import LiveSource
from handpose_live.media.opening import open_source
from handpose_live.media.source import Source
from handpose_live.runtime.recording_settings import RecordingSettings
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.runtime.settings import Settings, Theme
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.help_sheet import HelpSheet
from handpose_live.ui.inspector.orbit import Orbit
from handpose_live.ui.start import create_application
from handpose_live.ui.theme.theme import apply_theme
from handpose_live.ui.window import FIRST_HEIGHT, FIRST_WIDTH, Window
from tests.ui.fakes import CAMERA_LOST, session_factory, trained

CAMERAS = [Camera(0, "Desk cam"), Camera(2, "Microscope")]
TIMEOUT_S = 60.0
INDEX_TIP = 8
LONG_ERROR = f"Cannot write /{'recordings-of-hands/' * 15}video.mp4: no space is left on the device."


class Screenshots:
    """A window, with methods that bring it into a state."""

    size = QSize(FIRST_WIDTH, FIRST_HEIGHT)

    def __init__(self, application: QApplication, video: str, theme: Theme, folder: Path) -> None:
        apply_theme(application, theme)
        self._application, self._video = application, video
        self.unplugged = False
        factory = SessionFactory(
            self._open, trained, lambda count: MediaPipeDetector(max_hands=count), session_factory().rules
        )
        settings = Settings(theme=theme, recording=RecordingSettings(folder=str(folder)))
        self.window = Window(factory, settings, folder / "settings.ini", find_cameras=lambda: CAMERAS)
        self.window.resize(self.size)
        self.window.show()

    def wait(self, ready: Callable[[], bool] = lambda: False, seconds: float = TIMEOUT_S) -> None:
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s and not ready():
            self._application.processEvents()
            time.sleep(0.002)

    def has_two_hands(self) -> bool:
        state = self.window.display.state
        return state is not None and [bool(hand.gesture) for hand in state.result.hands] == [True, True]

    def do(self, *keys: str) -> None:
        for key in keys:
            self.window.actions_[ActionKey(key)].trigger()

    def scroll_to(self, part: QWidget) -> None:
        """Scroll the dock of a part so that it is in view."""
        ancestor = part.parentWidget()
        while ancestor is not None and not isinstance(ancestor, QScrollArea):
            ancestor = ancestor.parentWidget()
        assert ancestor is not None
        ancestor.ensureWidgetVisible(part)

    def _open(self, spec: str) -> Source:
        if spec != "0":
            return open_source(spec)
        info = replace(open_source(self._video).info, name="camera 0 (Desk cam)", frame_count=None, live=True)
        return LiveSource(info, self._images())

    def _images(self) -> Generator[Image]:
        started_s = time.monotonic()
        while not self.unplugged:
            for frame in open_source(self._video):
                time.sleep(max(0.0, started_s + frame.time_s - time.monotonic()))
                if self.unplugged:
                    break
                yield frame.image
            started_s = time.monotonic()
        raise HandPoseError(CAMERA_LOST)


def states(session: Screenshots) -> Iterator[str]:
    """Bring the window into one state after another and yield the name of each."""
    session.wait(seconds=0.3)
    yield "start"
    session.window.sources.open("0")
    session.wait(session.has_two_hands)
    yield "two hands"
    session.do("record")
    session.wait(seconds=2)
    session.wait(session.has_two_hands)
    yield "recording"
    session.do("record", "inspect", "plot")
    session.wait(seconds=8)
    session.wait(session.has_two_hands)
    session.window.inspector.panels[0].crop.joint_hovered.emit(INDEX_TIP)
    session.wait(seconds=0.3)
    yield "inspector"
    panel = session.window.inspector.panels[0]
    panel.view_3d.turn(Orbit(35, 20))
    session.scroll_to(panel.view_3d)
    session.wait(seconds=0.3)
    yield "hand in 3D"
    panel.view_3d.turn(Orbit())
    session.do("inspect", "plot", "options")
    session.wait(session.has_two_hands)
    yield "options"
    session.window.options.colours.setCurrentText("Colour-blind safe")
    session.do("inspect", "plot")
    session.wait(seconds=1)
    session.wait(session.has_two_hands)
    yield "everything"
    session.do("inspect", "plot")
    session.do("options")
    session.unplugged = True
    session.wait(lambda: session.window.view.message.title.text() == "Connection lost")
    yield "camera lost"
    session.window.sources.open("video.mp4")
    session.wait(session.window.view.start.isVisible)
    yield "error"
    session.window.error_raised.emit(LONG_ERROR)
    session.window.sources.open("/".join(["", *["a folder with a long name"] * 12, "手の動き" * 20 + ".mp4"]))
    session.wait(session.window.view.start.isVisible)
    session.wait(seconds=0.3)
    yield "long error"


def main(video: str, out: Path) -> int:
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    application = create_application(Settings())
    themes: tuple[Theme, Theme] = ("dark", "light")
    for theme in themes:
        with tempfile.TemporaryDirectory() as folder:
            session = Screenshots(application, video, theme, Path(folder))
            for state in states(session):
                session.wait(seconds=0.3)  # until the layout is complete
                session.window.grab().save(str(out / f"{state} {theme}.png"))
            sheet = HelpSheet(session.window)
            sheet.grab().save(str(out / f"help {theme}.png"))
            session.window.close()
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 3:
        Screenshots.size = QSize(*map(int, sys.argv[3].split("x")))
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
