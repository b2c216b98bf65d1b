"""One run: frames flow from a source through the tracker into the files, and to the caller."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from handpose_live.media.recording.deferred_signals import deferred_signals
from handpose_live.media.recording.recording import Recording, RecordingFiles
from handpose_live.media.source import Source
from handpose_live.overlay.draw import OverlayStyle, draw_hands
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand


@dataclass(frozen=True, eq=False)
class FrameResult:
    """A frame and the hands in it.

    Attributes:
        frame: as captured.
        hands: with joints in frame px.
    """

    frame: Frame
    hands: list[Hand]
    _drawn: dict[OverlayStyle, Image] = field(default_factory=dict, repr=False)

    def picture(self, style: OverlayStyle) -> Image:
        """Return the frame with the hands drawn on it, ``(height, width, 3)`` RGB; drawn once for each style."""
        if style not in self._drawn:
            self._drawn[style] = draw_hands(self.frame.image, self.hands, style)
        return self._drawn[style]


class Session:
    """One run over one source.

    Attributes:
        source: of the frames.
        tracker: finds the hands and measures the stages; may be replaced between two frames.
        recording: every frame is written to it, if any; may be replaced between two frames.
        style: how hands are drawn in the recording.
        on_recording_error: called with the error that ended the recording, and the run continues; without it the
            error is raised.
        frames, frames_with_hands: numbers of frames so far.
        seconds: duration of the run so far.
    """

    def __init__(self, source: Source, tracker: HandTracker, *, recording: Recording | None = None) -> None:
        self.source, self.tracker, self.recording = source, tracker, recording
        self.style = OverlayStyle()
        self.on_recording_error: Callable[[HandPoseError], object] | None = None
        self.frames = 0
        self.frames_with_hands = 0
        self.seconds = 0.0

    def record(self, files: RecordingFiles, *, header: Mapping[str, Any] | None = None) -> Recording:
        """Begin a recording with the next frame.

        Args:
            files: see :class:`Recording`, as ``header``.
            header: further entries of the landmark file's header.

        Raises:
            HandPoseError: one of the files cannot be written.
        """
        length_mm = self.tracker.hand_length_mm
        self.recording = Recording(files, self.source.info, hand_length_mm=length_mm, header=header)
        return self.recording

    def __iter__(self) -> Iterator[FrameResult]:
        """Process the source frame by frame; a frame is recorded before it is yielded.

        The hands of a file are smoothed without a lag: frames are recorded and yielded when those after them are known.

        Raises:
            HandPoseError: the source broke off or a file cannot be written; what was written is kept.
        """
        started = time.perf_counter()
        frames = iter(self.source)
        frame: Frame | None = None
        while True:
            try:
                with self.tracker.times.measure("capture"):
                    frame = next(frames, None)
            except HandPoseError:
                yield from self._flush()
                raise
            results = self._flush() if frame is None else self._process(frame)
            self.seconds = time.perf_counter() - started
            yield from results
            if frame is None:
                return

    def process(self, frame: Frame) -> FrameResult:
        """Find the hands in the next frame and record it at once.

        Raises:
            HandPoseError: a file cannot be written; what was written is kept.
        """
        return self._finish(frame, self.tracker.track(frame))

    def _process(self, frame: Frame) -> list[FrameResult]:
        """Process the next frame and return those that are finished by it."""
        if self.source.info.live:
            return [self.process(frame)]
        with self._deferred_signals():
            return [self._finish(*finished) for finished in self.tracker.track_ahead(frame)]

    def _flush(self) -> list[FrameResult]:
        """Finish the frames that wait for others."""
        with self._deferred_signals():
            return [self._finish(*finished) for finished in self.tracker.flush()]

    def _deferred_signals(self) -> AbstractContextManager[None]:
        """Defer Ctrl-C, so that no frame is lost between the tracker and the recording."""
        return deferred_signals() if self.recording is not None else nullcontext()

    def _finish(self, frame: Frame, hands: list[Hand]) -> FrameResult:
        result = FrameResult(frame, hands)
        self._record(result)
        self.frames += 1
        self.frames_with_hands += bool(hands)
        return result

    def _record(self, result: FrameResult) -> None:
        recording, measure = self.recording, self.tracker.times.measure
        if recording is None:
            return
        with measure("overlay"):
            picture = result.picture(self.style) if recording.needs_annotated else None
        try:
            with measure("files"):
                recording.write(result.frame, result.hands, picture)
        except HandPoseError as error:
            self.recording = None
            with suppress(HandPoseError):  # it was raised above
                recording.close()
            if self.on_recording_error is None:
                raise
            self.on_recording_error(error)

    def summary(self) -> str:
        """Return frames, speed, milliseconds per frame of each stage, and warnings, as lines for the terminal."""
        fps = self.frames / max(self.seconds, 1e-9)
        stages = self.tracker.times.ms_per_frame(self.frames)
        lines = [
            f"{self.frames} frames in {self.seconds:.1f} s ({fps:.0f} fps) on {self.tracker.estimator.device_name}",
            f"{self.frames_with_hands} of them with a hand",
            f"ms per frame: {', '.join(f'{stage} {ms:.1f}' for stage, ms in stages.items())}",
        ]
        dropped = self.source.dropped, self.recording.dropped if self.recording else 0
        if any(dropped):
            lines.append(f"dropped: {dropped[0]} frames of the source, {dropped[1]} of the recording")
        lines += [*self.source.warnings, *(self.recording.warnings if self.recording else ())]
        return "\n".join(lines)

    def close(self) -> None:
        """Finish the frames that wait for others, then the files; close source and tracker even if that fails.

        Raises:
            HandPoseError: a file could not be completed.
        """
        with ExitStack() as stack:
            for part in (self.tracker, self.recording, self.source):
                if part is not None:
                    stack.callback(part.close)
            stack.callback(self._flush)
