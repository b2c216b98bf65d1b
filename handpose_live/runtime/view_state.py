"""What the interface shows of one moment."""

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
    """How far a recording is: seconds, bytes, pictures left out."""

    files: RecordingFiles
    time_s: float
    size_bytes: int
    dropped: int
    paused: bool

    @classmethod
    def of(cls, recording: Recording) -> "RecordingState":
        """How far that recording is now."""
        return cls(recording.files, recording.time_s, recording.size_bytes, recording.dropped, recording.paused)


@dataclass(frozen=True, eq=False)
class ViewState:
    """What the interface shows of one moment.

    Attributes:
        annotated: the frame with its hands.
        style: how it was to be shown when it was drawn.
        picture: as it is shown, with everything drawn on it.
        dropped: frames that a live source lost so far.
        recording: how far it is, if there is one.
        inspections: of each hand; None if nobody looked closely.
    """

    annotated: FrameResult
    style: OverlayStyle
    picture: Image
    dropped: int
    recording: RecordingState | None
    inspections: Sequence[Inspection] | None


def latency_ms(shown: ViewState, now_s: float) -> float | None:
    """How old a frame from a camera is; None for a file's."""
    taken_s = shown.annotated.frame.taken_s
    return None if math.isnan(taken_s) else 1000 * (now_s - taken_s)
