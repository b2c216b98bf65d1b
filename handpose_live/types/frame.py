"""One image from a source."""

import math
from dataclasses import dataclass

from handpose_live.types.arrays import Image


@dataclass(frozen=True, eq=False)
class Frame:
    """One image from a source.

    Attributes:
        image: ``(height, width, 3)`` RGB, never flipped.
        index: place in the source, from 0; a live source's dropped frames keep theirs.
        time_s: time since the source's first frame, in seconds.
        taken_s: when it came from the camera, by ``time.monotonic``; NaN where it does not come by the clock.
        continues: it shows the same scene a moment after the frame before; False for a picture on its own, on which
            no track, smoothing or gesture goes on.
        picture: name of the picture file it was read from; "" in videos and live.
    """

    image: Image
    index: int
    time_s: float
    taken_s: float = math.nan
    continues: bool = True
    picture: str = ""
