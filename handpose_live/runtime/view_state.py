"""What the interface displays at one moment."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from handpose_live.media.recording.recording import Recording, RecordingFiles
from handpose_live.overlay.draw import OverlayStyle
from handpose_live.runtime.inspection import Inspection
from handpose_live.runtime.session import FrameResult
from handpose_live.types.arrays import Image


@dataclass(frozen=True)
class RecordingState:
    """Progress of a recording: seconds, bytes, dropped frames."""

    files: RecordingFiles
    time_s: float
    size_bytes: int
    dropped: int
    paused: bool

    @classmethod
    def of(cls, recording: Recording) -> "RecordingState":
        """Progress of that recording now."""
        return cls(recording.files, recording.time_s, recording.size_bytes, recording.dropped, recording.paused)


@dataclass(frozen=True, eq=False)
class ViewState:
    """What the interface displays at one moment.

    Attributes:
        result: the frame with its hands.
        style: how the picture was drawn.
        picture: ``(height, width, 3)`` RGB, the frame with the overlay.
        dropped: frames that a live source lost so far.
        recording: its progress, if there is one.
        inspections: of each hand; None if they were not inspected.
    """

    result: FrameResult
    style: OverlayStyle
    picture: Image
    dropped: int
    recording: RecordingState | None
    inspections: Sequence[Inspection] | None

    def latency_ms(self, now_s: float) -> float | None:
        """Age of a camera's frame, by ``time.monotonic``; None for a file's."""
        taken_s = self.result.frame.taken_s
        return None if math.isnan(taken_s) else 1000 * (now_s - taken_s)
