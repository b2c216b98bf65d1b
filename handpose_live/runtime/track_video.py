"""One call from a video to its hands."""

from collections.abc import Generator
from pathlib import Path
from typing import Unpack

from handpose_live.media.opening import open_path, open_source
from handpose_live.runtime.session import Session
from handpose_live.tracking.hand_tracker import HandTracker, TrackerOptions
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand


def track_video(
    source: str | Path | int, **options: Unpack[TrackerOptions]
) -> Generator[tuple[Frame, list[Hand]], None, None]:
    """Find the hands in every frame of a video, an image or a folder of images.

    The source and the tracker are opened when the first frame is asked for, and closed when the iteration ends.
    A live source gives its newest frame each time and drops those that came while the program was busy; as the
    detector runs in line, more frames are dropped while it runs. ``background_detection=True`` avoids that.
    The frames of a video are smoothed with those after them, too: each is returned a few frames after it was read.

    Args:
        source: path of a video, an image or a folder of images; "demo", a short rendered video; or live: the number
            of a camera, an http or rtsp address.
        **options: the keywords of :class:`HandTracker`.

    Yields:
        A :class:`Frame` with ``image`` (``(height, width, 3)`` uint8 RGB), ``index`` and ``time_s``, and its hands,
        joints in px of the image.

    Raises:
        HandPoseError: the source cannot be opened, a live source broke off, or see :class:`HandTracker`.
        ValueError: see :class:`HandTracker`.

    Example:
        >>> import handpose_live as hp
        >>> for frame, hands in hp.track_video("demo", max_hands=1):
        ...     if hands:
        ...         break
        >>> frame.image.shape, len(hands)
        ((480, 640, 3), 1)
    """
    opened = open_path(source) if isinstance(source, Path) else open_source(str(source))
    with opened, HandTracker(**options) as tracker:
        for result in Session(opened, tracker):
            yield result.frame, result.hands
