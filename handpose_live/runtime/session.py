"""One run: frames from a source, through the tracker, to the files and to whoever watches."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from handpose_live.media.recording.recording import Recording
from handpose_live.media.source import Source
from handpose_live.overlay.draw import OverlayStyle, draw_hands
from handpose_live.tracking.hand_tracker import HandTracker
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand


@dataclass(frozen=True, eq=False)
class FrameResult:
    """A frame and what was found in it.

    Attributes:
        frame: as captured.
        hands: in it, joints in frame px.
    """

    frame: Frame
    hands: list[Hand]
    _drawn: dict[OverlayStyle, Image] = field(default_factory=dict, repr=False)

    def picture(self, style: OverlayStyle) -> Image:
        """``(height, width, 3)`` RGB, the frame with the hands drawn on it; drawn once for each look."""
        if style not in self._drawn:
            self._drawn[style] = draw_hands(self.frame.image, self.hands, style)
        return self._drawn[style]


class Session:
    """One run over one source.

    Attributes:
        source: where the frames come from.
        tracker: what finds the hands, with the time of each stage; may be replaced between two frames.
        recording: takes every frame, if any; may be replaced between two frames.
        style: how hands are drawn in the recording.
        on_recording_error: takes what ended the recording, while the run goes on; without it the run ends too.
        frames, frames_with_hands: so far.
        seconds: how long the run took so far.
    """

    def __init__(self, source: Source, tracker: HandTracker, *, recording: Recording | None = None) -> None:
        self.source, self.tracker, self.recording = source, tracker, recording
        self.style = OverlayStyle()
        self.on_recording_error: Callable[[HandPoseError], object] | None = None
        self.frames = 0
        self.frames_with_hands = 0
        self.seconds = 0.0

    def __iter__(self) -> Iterator[FrameResult]:
        """Work through the source; what is recorded is written before a frame is given out.

        Raises:
            HandPoseError: the source broke off or a file cannot be written; what is written stays.
        """
        started = time.perf_counter()
        frames = iter(self.source)
        while True:
            measure = self.tracker.times.measure
            with measure("capture"):
                frame = next(frames, None)
            if frame is None:
                return
            annotated = self.work(frame)
            self.seconds = time.perf_counter() - started
            yield annotated

    def work(self, frame: Frame) -> FrameResult:
        """Find the hands in the next frame, and record it.

        Raises:
            HandPoseError: a file cannot be written; what is written stays.
        """
        annotated = FrameResult(frame, self.tracker(frame))
        self._record(annotated)
        self.frames += 1
        self.frames_with_hands += bool(annotated.hands)
        return annotated

    def _record(self, annotated: FrameResult) -> None:
        recording, measure = self.recording, self.tracker.times.measure
        if recording is None:
            return
        with measure("overlay"):
            picture = annotated.picture(self.style) if recording.needs_annotated else None
        try:
            with measure("files"):
                recording.write(annotated.frame, annotated.hands, picture)
        except HandPoseError as error:
            if self.on_recording_error is None:
                raise
            self.recording = None
            with suppress(HandPoseError):  # it has just said why
                recording.close()
            self.on_recording_error(error)

    def summary(self) -> str:
        """Frames, speed and the milliseconds per frame of each stage, and what a person must know of the frames."""
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
        """End the source and finish the files; what is recorded is kept even if something fails.

        Raises:
            HandPoseError: not everything could be written.
        """
        with ExitStack() as stack:
            for part in (self.tracker, self.recording, self.source):
                if part is not None:
                    stack.callback(part.close)
