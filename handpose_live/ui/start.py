"""Runs the window, from the start of the application to its exit code."""

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
from handpose_live.system.log import unhandled_exceptions_reported
from handpose_live.ui.display_check import forget_cv2_plugins
from handpose_live.ui.settings_store import load_settings
from handpose_live.ui.theme.logo import application_icon
from handpose_live.ui.theme.theme import apply_theme
from handpose_live.ui.window import Window

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SIGNAL_INTERVAL_MS = 100


def run_window(
    spec: str | None,
    factory: SessionFactory,
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
        spec: what to play; None for the camera or stream of the last run, or else the first camera, if any.
        factory: makes the sessions.
        files: what to record from the first frame on.
        adjust: applies the options of the command line to the stored settings, for this run only.
        settings_path: where settings are stored; None for the default.
        find_cameras: lists the cameras of this computer.
        problem: a sentence to show from the start; "" for none.

    Returns:
        The exit code: 0, or 128 plus the signal's number after Ctrl-C or SIGTERM.
    """
    path = settings_path or settings_file()
    saved = load_settings(path)
    settings = adjust(saved)
    application = create_application(settings)
    window = Window(factory, settings, path, saved=saved, find_cameras=find_cameras)
    if problem:
        window.error_raised.emit(problem)
    with unhandled_exceptions_reported(window.error_raised.emit), _close_on_signals(window, application):
        window.show()
        if spec is not None:
            window.sources.open(spec, files)
        else:
            window.sources.open_last(files)
        code = application.exec()
        thread_hangs = window.left_behind or not window.stop()
    if thread_hangs:
        _exit(code)
    return code


def create_application(settings: Settings) -> QApplication:
    """The Qt application with the theme and icon of the program."""
    forget_cv2_plugins()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("HandPose Live")
    application.setDesktopFileName("handpose-live")
    application.setStyle("Fusion")
    apply_theme(application, settings.theme)
    application.setWindowIcon(application_icon())
    return application


@contextmanager
def _close_on_signals(window: Window, application: QApplication) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM close the window as its close button does."""

    def handle(number: int, _: object) -> None:
        # Not here: the signal may arrive while the window is being painted.
        QTimer.singleShot(0, lambda: _close(window, application, 128 + number))

    before = {number: signal.signal(number, handle) for number in SIGNALS}
    # Python runs signal handlers only between its own instructions.
    heartbeat = QTimer()
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(SIGNAL_INTERVAL_MS)
    try:
        yield
    finally:
        heartbeat.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _close(window: Window, application: QApplication, code: int) -> None:
    window.close()
    application.exit(code)


def _exit(code: int) -> None:
    """Exit at once: a regular exit may wait for a thread that hangs, or crash because of it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
