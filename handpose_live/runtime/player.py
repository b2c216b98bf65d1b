"""The thread that plays one source: opens it, finds the hands, records, and shows its newest frame to the interface."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import replace
from threading import Lock, Thread

from PyQt6.QtCore import QObject, pyqtSignal

from handpose_live.media.recording.recording import Recording, RecordingFiles
from handpose_live.media.source import Source, StoredSource
from handpose_live.overlay.draw import OverlayStyle
from handpose_live.runtime.command_loop import CommandLoop
from handpose_live.runtime.inspection import inspect
from handpose_live.runtime.playback_clock import PlaybackClock, SpeedMeter
from handpose_live.runtime.session import FrameResult, Session
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.runtime.view_state import RecordingState, ViewState
from handpose_live.system.log import fault_sentence
from handpose_live.tracking.config import TrackerConfig
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame

STOP_S = 1.7  # for the threads to end by themselves
RETRY_S = 1.0


class Player(QObject):
    """Plays one source in a thread of its own; what it has to tell arrives as signals.

    Whatever may hang (opening the source, waiting for its next frame) is done by a second thread, so that what is
    asked for is done at once also while no frame comes.

    Attributes:
        opened: the source's info and the name of the device that the network runs on; again after each return.
        fetching: bytes so far and in all, 0 if that is not known, of what has to be fetched first.
        arrived: there is a newer frame to :meth:`take`.
        warned: what a person must know of the frames so far or of a finished recording, in a sentence.
        lost: why a live source broke off; it is tried again until it is back.
        ended: a file came to its end, from where it can be wound back.
        failed: why nothing can be played at all.
        recording_changed: how far a recording is that has just begun, was paused or goes on.
        recorded: the files of a recording that is finished, and what went wrong with it, or "".
        inspected: the hands of a frame looked at closely, after :meth:`look_closely`: the frame, the inspections.
        style: how frames are shown and recorded; may be changed at any time, as may the next four.
        mirrors_recording: a selfie view is recorded as one.
        inspecting: look closely at the hands of each frame.
        playing: frames of a file go on; else it stands still.
        at_end: a file has come to its end.
        speed: of a file, 1 for its own.
        meter: how fast frames come.
    """

    opened = pyqtSignal(object, str)
    fetching = pyqtSignal(int, int)
    arrived = pyqtSignal()
    warned = pyqtSignal(str)
    lost = pyqtSignal(str)
    ended = pyqtSignal()
    failed = pyqtSignal(str)
    recording_changed = pyqtSignal(object)
    recorded = pyqtSignal(object, str)
    inspected = pyqtSignal(object, object)

    def __init__(self, spec: str, tools: SessionFactory, tracking: TrackerConfig, style: OverlayStyle) -> None:
        """``spec``: what a person would type to name the source."""
        super().__init__()
        self.spec, self.style, self.mirrors_recording = spec, style, False
        self.inspecting, self.playing, self.at_end = False, True, False
        self.meter = SpeedMeter()
        self._tools, self._tracking, self._tracked = tools, tracking, tracking
        self._pace, self._looped = PlaybackClock(), False
        # What was asked of a file: a time to go on from, then one frame on (1) or back (-1) after another.
        self._wanted_s: float | None = None
        self._steps: deque[int] = deque()
        self._stands = False
        self._source: Source | None = None
        self._session: Session | None = None
        self._wanted_files: RecordingFiles | None = None
        self._recording: Recording | None = None
        self._current: FrameResult | None = None
        self._told = 0
        self._newest: ViewState | None = None
        self._handing_over = Lock()
        # A daemon, for a driver that hangs must not keep the program from ending.
        self._thread = Thread(target=self._run, name="player", daemon=True)
        self._commands = CommandLoop("source")

    def start(self) -> None:
        """Start the threads; returns at once."""
        self._commands.thread.start()
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Not all of its threads have ended yet."""
        return self._thread.is_alive() or self._commands.thread.is_alive()

    def take(self) -> ViewState | None:
        """The newest frame, once."""
        with self._handing_over:
            shown, self._newest = self._newest, None
            return shown

    def track(self, tracking: TrackerConfig) -> None:
        """Follow hands differently from the next frame on, and in the one at which a file stands still."""
        self._commands.do(lambda: self._track(tracking))

    def play(self, playing: bool) -> None:
        """Go on with a file, or stand still."""
        self.playing = playing
        self._pace = PlaybackClock(self.speed)
        self._commands.wake()

    def step(self) -> None:
        """Show the next frame of a file that stands still."""
        self._commands.do(lambda: self._step(1))

    def step_back(self) -> None:
        """Show the frame before, of a file that stands still or has come to its end."""
        self._commands.do(lambda: self._step(-1))

    def seek(self, time_s: float) -> None:
        """Go on with a file from this time."""
        self._commands.do(lambda: self._seek(time_s))

    @property
    def speed(self) -> float:
        """At which a file plays, 1 for its own."""
        return self._pace.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._pace = PlaybackClock(speed)

    @property
    def looped(self) -> bool:
        """Begin a file again at its end."""
        return self._looped

    @looped.setter
    def looped(self, looped: bool) -> None:
        self._looped = looped
        self._commands.do(self._loop)

    def record(self, files: RecordingFiles) -> None:
        """Begin a recording with the next frame, as soon as the source is open."""
        self._commands.do(lambda: self._begin_recording(files))

    def pause_recording(self, paused: bool) -> None:
        """Leave frames out of the recording, or go on with it."""
        self._commands.do(lambda: self._pause_recording(paused))

    def finish_recording(self) -> None:
        """End the recording; :attr:`recorded` tells when its files are finished."""
        self._commands.do(self._end_recording)

    def look_closely(self, annotated: FrameResult) -> None:
        """Look closely at the hands of a frame that was shown; :attr:`inspected` tells."""
        self._commands.do(lambda: self._inspect(annotated))

    def request_stop(self) -> None:
        """End the session and finish its files, also if its source hangs; does not wait for it."""
        self._commands.request_stop()

    def stop(self, patience_s: float = STOP_S) -> bool:
        """End the session, and wait for that.

        Returns:
            Whether its threads have ended; one that hangs is left behind.
        """
        self.request_stop()
        end_s = time.monotonic() + patience_s
        for thread in (self._thread, self._commands.thread):
            thread.join(max(0.0, end_s - time.monotonic()))
        return not self.is_running

    # ------------------------------------------------------------------ from here on in the player's thread

    def _run(self) -> None:
        try:
            self._play_until_let_go()
        except CancelledError:
            pass
        except HandPoseError as error:
            self._tell(self.failed, str(error))
        except Exception as error:
            self._tell(self.failed, fault_sentence(error))
            raise
        finally:
            self._close()

    def _play_until_let_go(self) -> None:
        is_live = False
        while True:
            try:
                session = self._open()
                is_live = session.source.info.live
                self._play(session)
            except HandPoseError as error:
                if not is_live:
                    raise
                self._tell(self.lost, str(error))
                self._leave_session()
            self._commands.wait_until(lambda: False, time.monotonic() + RETRY_S)

    def _open(self) -> Session:
        source = self._source = self._commands.call(lambda: self._tools.open_source(self.spec), _close_source)
        self._told = 0
        self._tracked = tracking = self._tracking
        self._commands.call(lambda: self._tools.fetch(lambda done, total: self._tell(self.fetching, done, total)))
        session = self._commands.call(lambda: self._tools.open_session(source, tracking), Session.close)
        session.on_recording_error = self._lose_recording
        session.recording = self._recording
        self._session = session
        self._retrack()
        self._loop()
        self._cut()
        self._tell(self.opened, source.info, session.tracker.estimator.device_name)
        if self._wanted_files is not None:
            self._begin_recording(self._wanted_files)
        return session

    def _play(self, session: Session) -> None:
        source = session.source
        frames = iter(source)
        while True:
            if self._wanted_s is None and self._steps and self._steps[0] < 0 and isinstance(source, StoredSource):
                frame = self._frame_before(source)
            elif (frame := self._next_frame(source, frames)) is None:
                self._warn(source)
                if not self._is_asked:
                    self._end(source)
                frames = iter(source)
            if frame is not None:
                self._warn(source)
                self._show(session, frame)
            if not source.info.live:
                self._stand_until(lambda: self.playing or self._is_asked)

    @property
    def _is_asked(self) -> bool:
        """A certain frame of a file is asked for."""
        return self._wanted_s is not None or bool(self._steps)

    def _next_frame(self, source: Source, frames: Iterator[Frame]) -> Frame | None:
        """The frame at the time that was asked for, or else the next one; None at the end."""
        if self._wanted_s is not None and isinstance(source, StoredSource):
            source.seek(self._wanted_s)
            self._wanted_s = None
            self._cut()
        elif self._steps:
            self._steps.popleft()
        return self._commands.call(lambda: next(frames, None))

    def _frame_before(self, source: StoredSource) -> Frame | None:
        self._steps.popleft()
        now_s = self._current.frame.time_s if self._current is not None else 0.0
        frame = self._commands.call(lambda: source.frame_before(now_s))
        if frame is not None:
            source.seek(frame.time_s, after=True)
            self._cut()
        return frame

    def _show(self, session: Session, frame: Frame) -> None:
        style = self.style
        session.style = style if self.mirrors_recording else replace(style, selfie=False)
        started_s = time.monotonic()
        self._current = annotated = session.process(frame)
        done_s = time.monotonic()
        self.meter.count(done_s, 1000 * (done_s - started_s), frame.index)
        if self.playing and not session.source.info.live:
            due_s = done_s + self._pace.wait_s(frame.time_s, done_s)
            self._commands.wait_until(lambda: not self.playing or self._is_asked, due_s)
        self._hand_over(annotated, style)

    def _end(self, source: Source) -> None:
        self._steps.clear()
        self.at_end = True
        self._tell(self.ended)
        self._stand_until(lambda: self._is_asked or (self._looped and not source.info.live))
        self.at_end = False

    def _hand_over(self, annotated: FrameResult, style: OverlayStyle) -> None:
        """Replace the newest frame; only one that was taken is announced anew, so that none queue up."""
        source = self._source
        shown = ViewState(
            annotated,
            style,
            annotated.picture(style),
            source.dropped if source is not None else 0,
            self._recording_state(),
            inspect(annotated.frame, annotated.hands, self._tools.network()) if self.inspecting else None,
        )
        with self._handing_over:
            announced = self._newest is not None
            self._newest = shown
        if not announced:
            self._tell(self.arrived)

    def _warn(self, source: Source) -> None:
        told, self._told = self._told, len(source.warnings)
        if self._told > told:
            self._tell(self.warned, " ".join(source.warnings[told : self._told]))

    def _stand_until(self, ready: Callable[[], bool]) -> None:
        self._stands = not ready()
        self._commands.wait_until(ready)
        self._stands = False

    # ------------------------------------------------------------------ what is asked for

    def _step(self, step: int) -> None:
        if isinstance(self._source, StoredSource) and not (self.at_end and step > 0):
            self._steps.append(step)

    def _seek(self, time_s: float) -> None:
        if isinstance(self._source, StoredSource):
            self._wanted_s = time_s
            self._steps.clear()  # they were meant from where the film was
            self._pace = PlaybackClock(self.speed)

    def _loop(self) -> None:
        if isinstance(self._source, StoredSource):
            self._source.looped = self._looped

    def _track(self, tracking: TrackerConfig) -> None:
        self._tracking = tracking
        self._retrack()

    def _retrack(self) -> None:
        session, before, tracking = self._session, self._tracked, self._tracking
        if session is None or before == tracking:
            return
        self._tracked = tracking
        if tracking.max_hands == before.max_hands:
            session.tracker.smoothing, session.tracker.min_score = tracking.smoothing, tracking.min_score
        else:
            old = session.tracker
            session.tracker = self._tools.open_tracker(tracking, live=session.source.info.live)
            old.close()
        if self._stands and self._current is not None:
            frame = self._current.frame
            self._current = FrameResult(frame, session.tracker.track(frame))
            self._hand_over(self._current, self.style)

    def _inspect(self, annotated: FrameResult) -> None:
        self._tell(self.inspected, annotated, inspect(annotated.frame, annotated.hands, self._tools.network()))

    def _begin_recording(self, files: RecordingFiles) -> None:
        session = self._session
        self._wanted_files = files if session is None else None
        if session is None or self._recording is not None:
            return
        try:
            session.recording = self._recording = Recording(files, session.source.info)
        except HandPoseError as error:
            self._tell(self.recorded, files, str(error))
        else:
            self._tell(self.recording_changed, self._recording_state())

    def _pause_recording(self, paused: bool) -> None:
        if self._recording is not None:
            self._recording.paused = paused
            self._tell(self.recording_changed, self._recording_state())

    def _recording_state(self) -> RecordingState | None:
        return None if self._recording is None else RecordingState.of(self._recording)

    def _end_recording(self) -> None:
        self._wanted_files = None
        recording, self._recording = self._recording, None
        if recording is None:
            return
        if self._session is not None:
            self._session.recording = None
        self._tell(self.recorded, recording.files, _closed(recording))
        if recording.warnings:
            self._tell(self.warned, " ".join(recording.warnings))

    def _lose_recording(self, error: HandPoseError) -> None:
        recording, self._recording = self._recording, None
        if recording is not None:
            self._tell(self.recorded, recording.files, str(error))

    def _cut(self) -> None:
        if self._recording is not None:
            self._recording.cut()

    def _leave_session(self) -> None:
        """Close what plays, but keep the recording for when the source returns."""
        session, self._session, self._source = self._session, None, None
        if session is not None:
            session.recording = None
            session.close()

    def _close(self) -> None:
        self._commands.request_stop()
        self._end_recording()
        source = self._source
        try:
            self._leave_session()
        finally:
            if source is not None:
                source.close()
            self._commands.end()

    def _tell(self, signal: object, *values: object) -> None:
        with suppress(RuntimeError):  # the interface is gone
            signal.emit(*values)  # type: ignore[attr-defined]


def _close_source(source: Source) -> None:
    source.close()


def _closed(recording: Recording) -> str:
    """Finish a recording; what went wrong, or ""."""
    try:
        recording.close()
    except HandPoseError as error:
        return str(error)
    return ""
