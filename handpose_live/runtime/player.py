"""The thread that plays one source: opens it, finds the hands, records them and hands over the latest frame."""

import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import replace
from threading import Thread

from handpose_live.media.source import Source
from handpose_live.overlay.draw import OverlayStyle
from handpose_live.runtime import events
from handpose_live.runtime.command_loop import CommandLoop
from handpose_live.runtime.inspection import inspect
from handpose_live.runtime.latest_value import LatestValue
from handpose_live.runtime.playback import Playback
from handpose_live.runtime.playback_clock import SpeedMeter
from handpose_live.runtime.player_recording import PlayerRecording
from handpose_live.runtime.session import FrameResult, Session
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.runtime.view_state import ViewState
from handpose_live.system.log import bug_report_sentence
from handpose_live.tracking.config import TrackerConfig
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame

STOP_S = 1.7  # for the threads to end by themselves
RETRY_S = 1.0


class Player:
    """Plays one source in a thread of its own and reports what happens as events.

    Whatever may hang (opening the source, waiting for its next frame) runs in a second thread, so that requests are
    served at once also while no frame arrives. Both are daemon threads: a driver that hangs must not keep the program
    from ending.

    Attributes:
        spec: what the user would type to name the source.
        style: how frames are drawn and recorded; may be changed at any time, as may the next two.
        mirrors_recording: a selfie view is recorded as one.
        inspecting: inspect the hands of each frame.
        playback: plays, pauses and seeks in a file.
        recording: starts, pauses and finishes a recording.
        meter: how fast frames arrive.
    """

    def __init__(
        self,
        spec: str,
        factory: SessionFactory,
        tracking: TrackerConfig,
        style: OverlayStyle,
        on_event: Callable[[events.PlayerEvent], object],
    ) -> None:
        """``on_event`` is called in the player's thread."""
        self.spec, self.style = spec, style
        self.mirrors_recording = self.inspecting = False
        self.meter = SpeedMeter()
        self._factory, self._tracking, self._applied_tracking = factory, tracking, tracking
        self._emit = on_event
        self._commands = CommandLoop("source")
        self.recording = PlayerRecording(self._commands, on_event)
        self.playback = Playback(self._commands, on_jump=self.recording.cut)
        self._source: Source | None = None
        self._session: Session | None = None
        self._current: FrameResult | None = None
        self._latest: LatestValue[ViewState] = LatestValue()
        self._warning_count = 0
        self._thread = Thread(target=self._run, name="player", daemon=True)

    def start(self) -> None:
        """Start the threads; returns at once."""
        self._commands.thread.start()
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Not all of its threads have ended yet."""
        return self._thread.is_alive() or self._commands.thread.is_alive()

    def take(self) -> ViewState | None:
        """The latest frame, once."""
        return self._latest.take()

    def track(self, tracking: TrackerConfig) -> None:
        """Track hands differently from the next frame on, and in the frame at which a file is paused."""
        self._commands.do(lambda: self._track(tracking))

    def inspect(self, result: FrameResult) -> None:
        """Inspect the hands of a frame that was handed over; :class:`.events.Inspected` reports them."""
        self._commands.do(lambda: self._inspect(result))

    def request_stop(self) -> None:
        """End the session and finish its files, also if its source hangs; does not wait for it."""
        self._commands.request_stop()

    def stop(self, timeout_s: float = STOP_S) -> bool:
        """End the session, and wait for that.

        Returns:
            Whether its threads have ended; one that hangs is left behind.
        """
        self.request_stop()
        end_s = time.monotonic() + timeout_s
        for thread in (self._thread, self._commands.thread):
            thread.join(max(0.0, end_s - time.monotonic()))
        return not self.is_running

    # ------------------------------------------------------------------ from here on in the player's thread

    def _run(self) -> None:
        try:
            self._play_until_stopped()
        except CancelledError:
            pass
        except HandPoseError as error:
            self._emit(events.Failed(str(error)))
        except Exception as error:
            self._emit(events.Failed(bug_report_sentence(error)))
            raise
        finally:
            self._close()

    def _play_until_stopped(self) -> None:
        is_live = False
        while True:
            try:
                session = self._open(reopened=is_live)
                is_live = session.source.info.live
                self._play(session)
            except HandPoseError as error:
                if not is_live:
                    raise
                self._emit(events.Lost(str(error)))
                self._close_session()
            self._commands.wait_until(lambda: False, time.monotonic() + RETRY_S)

    def _open(self, *, reopened: bool) -> Session:
        source = self._source = self._commands.call(
            lambda: self._factory.open_source(self.spec), lambda late: late.close()
        )
        self._warning_count = 0
        self.playback.open(source)
        self._applied_tracking = tracking = self._tracking
        self._commands.call(lambda: self._factory.fetch(lambda done, total: self._emit(events.Fetching(done, total))))
        session = self._commands.call(lambda: self._factory.open_session(source, tracking), Session.close)
        self._session = session
        self._apply_tracking()
        self._emit(events.Opened(source.info, session.tracker.estimator.device_name, reopened))
        self.recording.attach(session)
        return session

    def _play(self, session: Session) -> None:
        source, playback = session.source, self.playback
        frames = iter(source)
        while True:
            if playback.steps_back:
                frame = playback.previous_frame(self._current.frame.time_s if self._current is not None else 0.0)
            elif (frame := playback.next_frame(frames)) is None:
                self._warn(source)
                if not playback.has_request:
                    self._end()
                frames = iter(source)
            if frame is not None:
                self._warn(source)
                self._process(session, frame)
            playback.wait_while_paused()

    def _process(self, session: Session, frame: Frame) -> None:
        style = self.style
        session.style = style if self.mirrors_recording else replace(style, selfie=False)
        started_s = time.monotonic()
        self._current = result = session.process(frame)
        done_s = time.monotonic()
        self.meter.count(done_s, 1000 * (done_s - started_s), frame.index)
        self.playback.wait_until_due(frame.time_s, done_s)
        self._hand_over(result, style)

    def _end(self) -> None:
        self.playback.reach_end()
        self._emit(events.Ended())
        self.playback.wait_at_end()

    def _hand_over(self, result: FrameResult, style: OverlayStyle) -> None:
        """Replace the latest frame; a new one is announced only after the last was taken, so that none queue up."""
        source = self._source
        state = ViewState(
            result,
            style,
            result.picture(style),
            source.dropped if source is not None else 0,
            self.recording.state(),
            inspect(result.frame, result.hands, self._factory.network()) if self.inspecting else None,
        )
        if self._latest.put(state):
            self._emit(events.FrameReady())

    def _warn(self, source: Source) -> None:
        reported, self._warning_count = self._warning_count, len(source.warnings)
        if self._warning_count > reported:
            self._emit(events.Warned(" ".join(source.warnings[reported : self._warning_count])))

    def _track(self, tracking: TrackerConfig) -> None:
        self._tracking = tracking
        self._apply_tracking()

    def _apply_tracking(self) -> None:
        session, before, tracking = self._session, self._applied_tracking, self._tracking
        if session is None or before == tracking:
            return
        self._applied_tracking = tracking
        if tracking.max_hands == before.max_hands:
            session.tracker.smoothing, session.tracker.min_score = tracking.smoothing, tracking.min_score
            session.tracker.hand_length_mm = tracking.hand_length_mm
        else:
            old = session.tracker
            session.tracker = self._factory.open_tracker(tracking, live=session.source.info.live)
            old.close()
        if self.playback.is_idle and self._current is not None:
            frame = self._current.frame
            self._current = FrameResult(frame, session.tracker.track(frame))
            self._hand_over(self._current, self.style)

    def _inspect(self, result: FrameResult) -> None:
        self._emit(events.Inspected(result, inspect(result.frame, result.hands, self._factory.network())))

    def _close_session(self) -> None:
        """Close what plays, but keep the recording for when the source returns."""
        session, self._session, self._source = self._session, None, None
        self.recording.detach()
        if session is not None:
            session.close()

    def _close(self) -> None:
        self._commands.request_stop()
        self.recording.close()
        source = self._source
        try:
            self._close_session()
        finally:
            if source is not None:
                source.close()
            self._commands.end()
