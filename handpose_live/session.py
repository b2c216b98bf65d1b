"""One run: frames from a source, through the pipeline, to the files and to whoever watches."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from handpose_live.capture.frame import Frame, Image
from handpose_live.capture.source import Source
from handpose_live.output.landmarks import LandmarkWriter
from handpose_live.output.overlay import draw_hands
from handpose_live.output.recorder import Recorder
from handpose_live.tracking.hand import Hand
from handpose_live.tracking.pipeline import Pipeline


@dataclass(frozen=True, eq=False)
class Annotated:
    """A frame and what was found in it.

    Attributes:
        frame: as captured.
        hands: in it, joints in frame px.
        picture: ``(height, width, 3)`` RGB, the frame with the hands drawn on it, if anybody sees it.
    """

    frame: Frame
    hands: list[Hand]
    picture: Image


class Session:
    """One run over one source.

    Attributes:
        source: where the frames come from.
        pipeline: what finds the hands, with the time of each stage.
        recorder: takes the annotated pictures, if any.
        frames, frames_with_hands: so far.
        seconds: how long the run took so far.
    """

    def __init__(
        self,
        source: Source,
        pipeline: Pipeline,
        *,
        recorder: Recorder | None,
        landmarks: LandmarkWriter | None,
        watched: bool = True,
    ) -> None:
        """``watched``: somebody looks at the pictures; else hands are only drawn to be recorded."""
        self.source, self.pipeline, self.recorder = source, pipeline, recorder
        self._watched = watched
        self._landmarks = landmarks
        self.frames = 0
        self.frames_with_hands = 0
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Annotated]:
        """Work through the source; what is recorded is written before a frame is given out.

        Raises:
            HandPoseError: the source broke off or a file cannot be written; what is written stays.
        """
        started = time.perf_counter()
        measure = self.pipeline.times.measure
        frames = iter(self.source)
        while True:
            with measure("capture"):
                frame = next(frames, None)
            if frame is None:
                return
            hands = self.pipeline(frame)
            picture = frame.image
            if self._watched or self.recorder is not None:
                with measure("overlay"):
                    picture = draw_hands(frame.image, hands)
            with measure("files"):
                self._write(frame, hands, picture)
            self.frames += 1
            self.frames_with_hands += bool(hands)
            self.seconds = time.perf_counter() - started
            yield Annotated(frame, hands, picture)

    def summary(self) -> str:
        """Frames, speed and the milliseconds per frame of each stage, as aligned lines."""
        fps = self.frames / max(self.seconds, 1e-9)
        stages = self.pipeline.times.ms_per_frame(self.frames)
        lines = [
            f"{self.frames} frames in {self.seconds:.1f} s ({fps:.0f} fps) on {self.pipeline.estimator.device_name}",
            f"{self.frames_with_hands} of them with a hand",
            f"ms per frame: {', '.join(f'{stage} {ms:.1f}' for stage, ms in stages.items())}",
        ]
        dropped = self.source.dropped, self.recorder.dropped if self.recorder else 0
        if any(dropped):
            lines.append(f"dropped: {dropped[0]} frames of the source, {dropped[1]} of the recording")
        return "\n".join(lines)

    def close(self) -> None:
        """End the source and finish the files; what is recorded is kept even if something fails.

        Raises:
            HandPoseError: not everything could be written.
        """
        with ExitStack() as stack:
            for part in (self.pipeline, self._landmarks, self.recorder, self.source):
                if part is not None:
                    stack.callback(part.close)

    def _write(self, frame: Frame, hands: list[Hand], picture: Image) -> None:
        if self.recorder is not None:
            self.recorder.write(picture, frame.time_s)
        if self._landmarks is not None:
            self._landmarks.write(frame.index, frame.time_s, hands)
