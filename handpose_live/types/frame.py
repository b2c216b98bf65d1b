"""One image from a source."""

import math
from dataclasses import dataclass

from handpose_live.types.arrays import Image


@dataclass(frozen=True, eq=False)
class Frame:
    """One image from a source.

    Attributes:
        image: ``(height, width, 3)`` uint8 RGB, not flipped.
        index: position in the source, from 0; the dropped frames of a live source are counted.
        time_s: time since the first frame of the source, in seconds.
        taken_s: when a live source received it, by ``time.monotonic``; NaN for files.
        continues: whether it shows the scene of the frame before a moment later; False for an unrelated image, at
            which tracks, smoothing and gestures start afresh.
        file_name: of the image file it was read from; "" for videos and live sources.

    Example:
        >>> import handpose_live as hp
        >>> frame, hands = next(hp.track_video("demo"))
        >>> frame.image.shape, frame.index, frame.time_s
        ((480, 640, 3), 0, 0.0)
    """

    image: Image
    index: int
    time_s: float
    taken_s: float = math.nan
    continues: bool = True
    file_name: str = ""
