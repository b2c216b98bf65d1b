"""The thread that runs a session and shows its newest frame to the interface."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from handpose_live.errors import HandPoseError
from handpose_live.ui.pace import Pace, SpeedMeter

if TYPE_CHECKING:  # it takes long to load, and the window does not wait
    from handpose_live.session import Annotated, Session

PATIENCE_S = 0.9  # for the thread to end by itself, and again for the files to be finished without it


@dataclass(frozen=True, eq=False)
class Shown:
    """What the interface shows of one moment.

    Attributes:
        annotated: the frame with its hands.
        dropped: frames that a live source lost so far.
    """

    annotated: "Annotated"
    dropped: int


class Worker(QObject):
    """Opens a session and runs it in a thread of its own; what it has to tell arrives as signals.

    Attributes:
        opened: the session is open; the name of the device that the network runs on.
        arrived: there is a newer frame to :meth:`take`.
        finished: there will be no more frames, and the files are finished; not after :meth:`stop`.
        speed: how fast frames come.
        error: why it finished, if not because the source ended.
    """

    opened = pyqtSignal(str)
    arrived = pyqtSignal()
    finished = pyqtSignal()

    def __init__(self, open_session: Callable[[], "Session"], *, live: bool) -> None:
        """Args:
        open_session: may take seconds and raise HandPoseError; called in the thread.
        live: show frames as they come; else each at its own time.
        """
        super().__init__()
        self.speed = SpeedMeter()
        self.error: Exception | None = None
        self._open_session, self._live = open_session, live
        self._session: Session | None = None
        self._newest: Shown | None = None
        self._handing_over = Lock()
        self._closing = Lock()
        self._stopping = Event()
        # A daemon, for a source or driver that hangs must not keep the program from ending.
        self._thread = Thread(target=self._run, name="session", daemon=True)

    def start(self) -> None:
        """Start the thread; returns at once."""
        self._thread.start()

    def take(self) -> Shown | None:
        """The newest frame, once."""
        with self._handing_over:
            shown, self._newest = self._newest, None
            return shown

    def stop(self) -> bool:
        """End the session and finish its files, also if its source hangs.

        Returns:
            Whether the thread has ended; one that hangs is left behind.
        """
        self._stopping.set()
        session = self._session
        if session is not None:
            session.source.close()
        self._thread.join(PATIENCE_S)
        if self._thread.is_alive():
            closer = Thread(target=self._close, name="closer", daemon=True)
            closer.start()
            closer.join(PATIENCE_S)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._session = session = self._open_session()
            self._show_all(session)
        except Exception as error:
            self.error = error
            if not isinstance(error, HandPoseError):
                raise
        finally:
            self._close()
            if not self._stopping.is_set():
                self.finished.emit()

    def _show_all(self, session: "Session") -> None:
        # Asked before the source is: stop() either finds the session or is seen here.
        if self._stopping.is_set():
            return
        self.opened.emit(session.pipeline.estimator.device_name)
        pace = Pace()
        before_ms = 0.0
        for annotated in session:
            worked_ms = _worked_ms(session)
            self.speed.count(time.monotonic(), worked_ms - before_ms)
            before_ms = worked_ms
            if not self._live:
                self._stopping.wait(pace.wait_s(annotated.frame.time_s, time.monotonic()))
            if self._stopping.is_set():
                return
            self._hand_over(Shown(annotated, session.source.dropped))

    def _hand_over(self, shown: Shown) -> None:
        """Replace the newest frame; only one that was taken is announced anew, so that none queue up."""
        with self._handing_over:
            announced = self._newest is not None
            self._newest = shown
        if not announced:
            self.arrived.emit()

    def _close(self) -> None:
        """Finish the session, once, whichever thread comes first."""
        with self._closing:
            session, self._session = self._session, None
            if session is None:
                return
            try:
                session.close()
            except HandPoseError as error:
                self.error = self.error or error


def _worked_ms(session: "Session") -> float:
    """Milliseconds that all frames so far took, without the wait for them."""
    stages = session.pipeline.times.ms_per_frame(1)
    return sum(ms for stage, ms in stages.items() if stage != "capture")
