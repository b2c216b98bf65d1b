"""The recording of what a player plays; it outlives a live source that is lost and returns."""

from collections.abc import Callable

from handpose_live.media.recording.recording import Recording, RecordingFiles
from handpose_live.runtime.command_loop import CommandLoop
from handpose_live.runtime.events import PlayerEvent, Recorded, RecordingChanged, Warned
from handpose_live.runtime.session import Session
from handpose_live.runtime.view_state import RecordingState
from handpose_live.types.errors import HandPoseError


class PlayerRecording:
    """Starts, pauses and finishes the recording of a session.

    The first group of methods may be called from any thread, the second one from the player's thread only.
    """

    def __init__(self, commands: CommandLoop, emit: Callable[[PlayerEvent], object]) -> None:
        """``emit`` takes what there is to report, in the player's thread."""
        self._commands, self._emit = commands, emit
        self._session: Session | None = None
        self._recording: Recording | None = None
        self._pending_files: RecordingFiles | None = None  # for when the source is open

    # ------------------------------------------------------------------ from any thread

    def start(self, files: RecordingFiles) -> None:
        """Record from the next frame on, or from the first one as soon as the source is open."""
        self._commands.do(lambda: self._start(files))

    def pause(self, paused: bool) -> None:
        """Leave frames out of the recording, or resume it."""
        self._commands.do(lambda: self._pause(paused))

    def finish(self) -> None:
        """End the recording; :class:`~handpose_live.runtime.events.Recorded` reports when its files are finished."""
        self._commands.do(self.close)

    # ------------------------------------------------------------------ from the player's thread

    def attach(self, session: Session) -> None:
        """Record this session, with the recording in progress or the one that was requested meanwhile."""
        self._session = session
        session.on_recording_error = self._fail
        session.recording = self._recording
        self.cut()
        if self._pending_files is not None:
            self._start(self._pending_files)

    def detach(self) -> None:
        """Leave the session, and keep the recording for the next one."""
        if self._session is not None:
            self._session.recording = None
        self._session = None

    def cut(self) -> None:
        """Mark that the next frame does not follow the last one."""
        if self._recording is not None:
            self._recording.cut()

    def state(self) -> RecordingState | None:
        """Progress of the recording, if there is one."""
        return None if self._recording is None else RecordingState.of(self._recording)

    def close(self) -> None:
        """Finish the files of the recording, if there is one."""
        self._pending_files = None
        recording, self._recording = self._recording, None
        if recording is None:
            return
        if self._session is not None:
            self._session.recording = None
        self._emit(Recorded(recording.files, _closed(recording)))
        if recording.warnings:
            self._emit(Warned(" ".join(recording.warnings)))

    def _start(self, files: RecordingFiles) -> None:
        session = self._session
        self._pending_files = files if session is None else None
        if session is None or self._recording is not None:
            return
        try:
            self._recording = session.record(files)
        except HandPoseError as error:
            self._emit(Recorded(files, str(error)))
        else:
            self._emit(RecordingChanged(self.state()))

    def _pause(self, paused: bool) -> None:
        if self._recording is not None:
            self._recording.paused = paused
            self._emit(RecordingChanged(self.state()))

    def _fail(self, error: HandPoseError) -> None:
        recording, self._recording = self._recording, None
        if recording is not None:
            self._emit(Recorded(recording.files, str(error)))


def _closed(recording: Recording) -> str:
    """Finish a recording; what went wrong, or ""."""
    try:
        recording.close()
    except HandPoseError as error:
        return str(error)
    return ""
