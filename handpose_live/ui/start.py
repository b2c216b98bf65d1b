"""From the command line to a window, and back when it is closed."""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from handpose_live.media.live.camera import Camera, list_cameras
from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.runtime.settings import Settings, settings_file
from handpose_live.system.log import faults_shown
from handpose_live.ui.display_check import forget_cv2_plugins
from handpose_live.ui.settings_store import load_settings
from handpose_live.ui.theme.logo import application_icon
from handpose_live.ui.theme.theme import apply_theme
from handpose_live.ui.window import Window

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SIGNAL_INTERVAL_MS = 100


def run_window(
    spec: str | None,
    tools: SessionFactory,
    *,
    files: RecordingFiles | None = None,
    adjust: Callable[[Settings], Settings] = lambda settings: settings,
    settings_path: Path | None = None,
    find_cameras: Callable[[], Sequence[Camera]] = list_cameras,
    problem: str = "",
) -> int:
    """Show the window until it is closed.

    Call :func:`handpose_live.ui.display_check.check_display` first: without a display Qt aborts the program.

    Args:
        spec: what to play; None takes the camera or stream of the last time, or else the first camera, if any.
        tools: what sessions are made of.
        files: what to record from the first frame on.
        adjust: the settings that were asked for on the command line, in place of those remembered; for this run only.
        settings_path: where settings are kept; None for their usual place.
        find_cameras: the cameras of this computer.
        problem: a sentence to show from the start; "" for none.

    Returns:
        The exit code: 0, or 128 and the signal's number after Ctrl-C or a polite kill.
    """
    path = settings_path or settings_file()
    saved = load_settings(path)
    settings = adjust(saved)
    application = create_application(settings)
    window = Window(tools, settings, path, saved=saved, find_cameras=find_cameras)
    if problem:
        window.error_raised.emit(problem)
    with faults_shown(window.error_raised.emit), _signals_end(window, application):
        window.show()
        if spec is not None:
            window.sources.open(spec, files)
        else:
            window.sources.open_last(files)
        code = application.exec()
        thread_hangs = window.left_behind or not window.stop()
    if thread_hangs:
        _leave(code)
    return code


def create_application(settings: Settings) -> QApplication:
    """The Qt application in the program's own look."""
    forget_cv2_plugins()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("HandPose Live")
    application.setDesktopFileName("handpose-live")
    application.setStyle("Fusion")
    apply_theme(application, settings.theme)
    application.setWindowIcon(application_icon())
    return application


@contextmanager
def _signals_end(window: Window, application: QApplication) -> Iterator[None]:
    """Let Ctrl-C and a polite kill close the program as its window's button does."""

    def end(number: int, _: object) -> None:
        # Not here: the signal may have come in the midst of painting the window.
        QTimer.singleShot(0, lambda: _end(window, application, 128 + number))

    before = {number: signal.signal(number, end) for number in SIGNALS}
    # Python gets to its signal handlers only when it has something to do.
    heartbeat = QTimer()
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(SIGNAL_INTERVAL_MS)
    try:
        yield
    finally:
        heartbeat.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(window: Window, application: QApplication, code: int) -> None:
    window.close()
    application.exit(code)


def _leave(code: int) -> None:
    """End the program at once: Python's own ending may wait for a thread that hangs, or crash under it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
