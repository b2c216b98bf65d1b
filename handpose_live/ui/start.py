"""From a source to a window, and back to the command line when it is closed."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from handpose_live.capture.source import SourceInfo
from handpose_live.errors import HandPoseError
from handpose_live.ui.display_check import forget_cv2_plugins
from handpose_live.ui.faults import faults_shown
from handpose_live.ui.icon import program_icon
from handpose_live.ui.offer import Offer
from handpose_live.ui.style import STYLE_SHEET
from handpose_live.ui.window import Window
from handpose_live.ui.worker import Worker

if TYPE_CHECKING:  # it takes long to load, and the window does not wait
    from handpose_live.session import Session

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SIGNAL_INTERVAL_MS = 100


def run_window(info: SourceInfo, open_session: Callable[[], "Session"], *, recording: Path | None = None) -> int:
    """Show a session in a window until it is closed.

    Call :func:`handpose_live.ui.display_check.check_display` first: without a display Qt aborts the program.

    Args:
        info: the source's.
        open_session: may take seconds; called in another thread while the window says so.
        recording: where the session records to, if it does.

    Returns:
        The exit code: 0, or 128 and the signal's number after Ctrl-C or a polite kill.

    Raises:
        HandPoseError: the session could not be opened, broke off or could not write its files; after the
            window, which showed it, was closed.
    """
    application = create_application()
    worker = Worker(open_session, live=info.live)
    window = Window(info, worker, recording)
    with faults_shown(window.fault.emit), _signals_end(application):
        window.show()
        worker.start()
        code = application.exec()
        thread_ended = worker.stop()
    if not thread_ended:
        _leave(code, worker.error)
    if isinstance(worker.error, HandPoseError):
        raise worker.error
    return code


def offer_demo(reason: str) -> bool:
    """Say why there is no picture from a camera, and whether the person wants to see the demo instead."""
    application = create_application()
    offer = Offer(reason)
    with _signals_end(application):
        offer.show()
        application.exec()
    return offer.wanted


def create_application() -> QApplication:
    """The Qt application in the program's own look; there is only ever one."""
    forget_cv2_plugins()
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("HandPose Live")
    application.setDesktopFileName("handpose-live")
    application.setStyle("Fusion")
    hints = QGuiApplication.styleHints()
    if hints is not None:
        hints.setColorScheme(Qt.ColorScheme.Dark)
    application.setStyleSheet(STYLE_SHEET)
    application.setWindowIcon(program_icon())
    return application


@contextmanager
def _signals_end(application: QApplication) -> Iterator[None]:
    """Let Ctrl-C and a polite kill close the program as its window's button does."""

    def end(number: int, _: object) -> None:
        application.exit(128 + number)

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


def _leave(code: int, error: Exception | None) -> None:
    """End the program at once: Python's own ending may wait for a thread that hangs, or crash under it."""
    if error is not None:
        print(error, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
