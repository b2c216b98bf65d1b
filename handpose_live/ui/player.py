"""The thread that plays one source: opens it, finds the hands, records, and shows its newest frame to the interface."""

import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread

from PyQt6.QtCore import QObject, pyqtSignal

from handpose_live.capture.source import Source, StoredSource
from handpose_live.errors import HandPoseError
from handpose_live.output.overlay import Look
from handpose_live.output.recording import Recording, RecordingFiles
from handpose_live.session import Annotated, Session, Tools, Tracking
from handpose_live.ui.inspection import inspect
from handpose_live.ui.pace import Pace, SpeedMeter
from handpose_live.ui.shown import RecordingState, Shown

PATIENCE_S = 0.8  # for the thread to end by itself, before the files are finished without it
STOP_S = 1.7  # for all of that
RETRY_S = 1.0


class Player(QObject):
    """Plays one source in a thread of its own; what it has to tell arrives as signals.

    Attributes:
        opened: the source's info and the name of the device that the network runs on; again after each return.
        fetching: bytes so far and in all, 0 if that is not known, of what has to be fetched first.
        arrived: there is a newer frame to :meth:`take`.
        lost: why a live source broke off; it is tried again until it is back.
        ended: a file came to its end, from where it can be wound back.
        failed: why nothing can be played at all.
        recorded: the files of a recording that is finished, and what went wrong with it, or "".
        look: how frames are shown; may be changed at any time, as may the next three.
        inspecting: look closely at the hands.
        playing: frames of a file go on; else it stands still.
        at_end: a file has come to its end.
        speed: of a file, 1 for its own.
        meter: how fast frames come.
    """

    opened = pyqtSignal(object, str)
    fetching = pyqtSignal(int, int)
    arrived = pyqtSignal()
    lost = pyqtSignal(str)
    ended = pyqtSignal()
    failed = pyqtSignal(str)
    recorded = pyqtSignal(object, str)

    def __init__(self, spec: str, tools: Tools, tracking: Tracking, look: Look) -> None:
        """``spec``: what a person would type to name the source."""
        super().__init__()
        self.spec, self.look = spec, look
        self.inspecting, self.playing, self.at_end = False, True, False
        self.meter = SpeedMeter()
        self._tools, self._tracking = tools, tracking
        self._pace, self._looped, self._steps = Pace(), False, 0
        self._source: Source | None = None
        self._session: Session | None = None
        self._recording: Recording | None = None
        self._newest: Shown | None = None
        self._commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._handing_over, self._closing = Lock(), Lock()
        self._stopping, self._wake = Event(), Event()
        # A daemon, for a source or driver that hangs must not keep the program from ending.
        self._thread = Thread(target=self._run, name="player", daemon=True)
        self._closer: Thread | None = None

    def start(self) -> None:
        """Start the thread; returns at once."""
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Its thread has not ended yet."""
        return self._thread.is_alive()

    def take(self) -> Shown | None:
        """The newest frame, once."""
        with self._handing_over:
            shown, self._newest = self._newest, None
            return shown

    def track(self, tracking: Tracking) -> None:
        """Follow hands differently from the next frame on."""
        self._do(lambda: self._retrack(tracking))

    def play(self, playing: bool) -> None:
        """Go on with a file, or stand still."""
        self.playing = playing
        self._pace = Pace(self.speed)
        self._wake.set()

    def step(self) -> None:
        """Show the next frame of a file that stands still."""
        self._steps += 1
        self._wake.set()

    def seek(self, time_s: float) -> None:
        """Go on with a file from this time."""
        source = self._source
        if isinstance(source, StoredSource):
            source.seek(time_s)
            self._steps += 1
            self._pace = Pace(self.speed)
            self._do(self._cut)

    @property
    def speed(self) -> float:
        """At which a file plays, 1 for its own."""
        return self._pace.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._pace = Pace(speed)

    @property
    def looped(self) -> bool:
        """Begin a file again at its end."""
        return self._looped

    @looped.setter
    def looped(self, looped: bool) -> None:
        self._looped = looped
        if isinstance(self._source, StoredSource):
            self._source.looped = looped

    def record(self, files: RecordingFiles) -> None:
        """Begin a recording with the next frame; before the start, with the first one."""
        self._do(lambda: self._begin_recording(files))

    def pause_recording(self, paused: bool) -> None:
        """Leave frames out of the recording, or go on with it."""
        if self._recording is not None:
            self._recording.paused = paused

    def finish_recording(self) -> None:
        """End the recording; :attr:`recorded` tells when its files are finished."""
        self._do(self._end_recording)

    def let_go(self) -> None:
        """End the session and finish its files, also if its source hangs; does not wait for it."""
        self._stopping.set()
        self._wake.set()
        if self._closer is None:
            self._closer = Thread(target=self._end, name="closer", daemon=True)
            self._closer.start()

    def stop(self, patience_s: float = STOP_S) -> bool:
        """End the session, and wait for that.

        Returns:
            Whether the thread has ended; one that hangs is left behind.
        """
        self.let_go()
        if self._closer is not None:
            self._closer.join(max(0.0, patience_s))
        return not self._thread.is_alive()

    def _end(self) -> None:
        source = self._source
        if source is not None:
            source.close()
        self._thread.join(PATIENCE_S)
        if self._thread.is_alive():
            self._close()

    def _do(self, command: Callable[[], None]) -> None:
        self._commands.put(command)
        self._wake.set()

    def _run(self) -> None:
        was_open = False
        try:
            while not self._stopping.is_set():
                try:
                    self._open()
                    was_open = True
                    self._play()
                    return
                except HandPoseError as error:
                    live = self._source is None or self._source.info.live
                    if not (was_open and live):
                        self._tell(self.failed, str(error))
                        return
                    self._tell(self.lost, str(error))
                    self._leave_session()
                self._stopping.wait(RETRY_S)
        except Exception:
            self._tell(self.failed, "This is a fault of the program: the terminal shows what to report.")
            raise
        finally:
            self._close()

    def _open(self) -> None:
        self._source = None
        source = self._source = self._tools.open_source(self.spec)
        if isinstance(source, StoredSource):
            source.looped = self._looped
        self._tools.fetch(lambda done, total: self._tell(self.fetching, done, total))
        session = self._tools.open_session(source, self._tracking)
        session.on_recording_error = self._lose_recording
        session.recording = self._recording
        with self._closing:
            if not self._stopping.is_set():
                self._session = session
        if self._session is not session:
            session.close()
            return
        if self._recording is not None:
            self._recording.cut()
        self._tell(self.opened, source.info, session.pipeline.estimator.device_name)

    def _play(self) -> None:
        session = self._session
        while session is not None and not self._stopping.is_set():
            self._show_all(session)
            if self._stopping.is_set():
                return
            self.at_end = True
            self._tell(self.ended)
            self._wait_until_wound_back()
            self.at_end = False

    def _show_all(self, session: Session) -> None:
        stored = not session.source.info.live
        worked_ms = 0.0
        self._obey()
        for annotated in session:
            before_ms, worked_ms = worked_ms, _worked_ms(session)
            self.meter.count(time.monotonic(), max(0.0, worked_ms - before_ms), annotated.frame.index)
            if stored and self.playing:
                self._wait(self._pace.wait_s(annotated.frame.time_s, time.monotonic()))
            if self._stopping.is_set():
                return
            self._hand_over(self._shown(annotated, session))
            self._obey()
            if stored:
                self._stand_still()

    def _shown(self, annotated: Annotated, session: Session) -> Shown:
        recording = self._recording
        state = None
        if recording is not None:
            state = RecordingState(
                recording.files, recording.time_s, recording.size_bytes, recording.dropped, recording.paused
            )
        close_up = self.inspecting
        return Shown(
            annotated,
            annotated.picture(self.look),
            session.source.dropped,
            state,
            inspect(annotated.frame, annotated.hands, session.pipeline.estimator) if close_up else (),
        )

    def _hand_over(self, shown: Shown) -> None:
        """Replace the newest frame; only one that was taken is announced anew, so that none queue up."""
        with self._handing_over:
            announced = self._newest is not None
            self._newest = shown
        if not announced:
            self._tell(self.arrived)

    def _wait(self, seconds: float) -> None:
        """Wait for a frame's time, or until something was asked for."""
        if seconds > 0:
            self._wake.wait(seconds)
            self._wake.clear()

    def _stand_still(self) -> None:
        if self._steps:
            self._steps -= 1
        while not (self.playing or self._steps or self._stopping.is_set()):
            self._wake.wait()
            self._wake.clear()
            self._obey()

    def _wait_until_wound_back(self) -> None:
        self._steps = 0
        while not (self._steps or self._looped or self._stopping.is_set()):
            self._wake.wait()
            self._wake.clear()
            self._obey()

    def _obey(self) -> None:
        """Do what was asked for since the last frame."""
        with suppress(Empty):
            while True:
                self._commands.get_nowait()()

    def _retrack(self, tracking: Tracking) -> None:
        session, before, self._tracking = self._session, self._tracking, tracking
        if session is None:
            return
        if tracking.max_hands == before.max_hands:
            session.pipeline.smoothing, session.pipeline.min_score = tracking.smoothing, tracking.min_score
            return
        old = session.pipeline
        session.pipeline = self._tools.open_pipeline(tracking, live=session.source.info.live)
        old.close()

    def _begin_recording(self, files: RecordingFiles) -> None:
        session = self._session
        if session is None or self._recording is not None:
            return
        try:
            session.recording = self._recording = Recording(files, session.source.info)
        except HandPoseError as error:
            self._tell(self.recorded, files, str(error))

    def _end_recording(self) -> None:
        recording, self._recording = self._recording, None
        if recording is None:
            return
        if self._session is not None:
            self._session.recording = None
        self._tell(self.recorded, recording.files, _closed(recording))

    def _lose_recording(self, error: HandPoseError) -> None:
        recording, self._recording = self._recording, None
        if recording is not None:
            self._tell(self.recorded, recording.files, str(error))

    def _cut(self) -> None:
        if self._recording is not None:
            self._recording.cut()

    def _leave_session(self) -> None:
        """Close what plays, but keep the recording for when the source returns."""
        with self._closing:
            session, self._session = self._session, None
            if session is not None:
                session.recording = None
                session.close()

    def _close(self) -> None:
        """Finish everything, once, whichever thread comes first."""
        self._stopping.set()
        with self._closing:
            session, self._session = self._session, None
            recording, self._recording = self._recording, None
            if recording is not None:
                self._tell(self.recorded, recording.files, _closed(recording))
            if session is not None:
                session.recording = None
                session.close()
            elif self._source is not None:
                self._source.close()

    def _tell(self, signal: object, *values: object) -> None:
        with suppress(RuntimeError):  # the interface is gone
            signal.emit(*values)  # type: ignore[attr-defined]


def _closed(recording: Recording) -> str:
    """Finish a recording; what went wrong, or ""."""
    try:
        recording.close()
    except HandPoseError as error:
        return str(error)
    return ""


def _worked_ms(session: Session) -> float:
    """Milliseconds that all frames so far took, without the wait for them."""
    stages = session.pipeline.times.ms_per_frame(1)
    return sum(ms for stage, ms in stages.items() if stage != "capture")
