"""Motion JPEG as senders really have it: one picture after another, with anything or nothing between them."""

import re
from collections.abc import Iterable, Iterator

PICTURE_START = b"\xff\xd8\xff"
TEXT = re.compile(rb"[\t\r\n -~]*")
LONGEST_HEADER = 65536
# In coded pixels, 0xFF is followed by 0x00 or a restart marker (ITU-T T.81, annex B).
MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
START, END = b"\xd8", b"\xd9"


def header_length(head: bytes) -> int | None:
    """How many bytes of text are before the first picture.

    Returns:
        None if that cannot be told yet, -1 if what comes is not Motion JPEG.
    """
    text = TEXT.match(head)
    length = text.end() if text else 0
    begun = head[length : length + len(PICTURE_START)]
    if begun == PICTURE_START:
        return length
    return None if PICTURE_START.startswith(begun) and length < LONGEST_HEADER else -1


def pictures(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Each JPEG file in a stream of bytes, as soon as its last byte is there.

    Boundaries, headers and lengths between pictures are not asked, since senders write them as they like; thumbnails
    inside a picture belong to it. One that was cut off is given as far as it goes.
    """
    waiting = bytearray()
    place = 0
    for chunk in chunks:
        waiting += chunk
        while True:
            place, is_whole = _walk(waiting, place)
            if not is_whole:
                break
            yield bytes(waiting[:place])
            del waiting[:place]
            place = 0
    if waiting.startswith(PICTURE_START):
        yield bytes(waiting)


def _walk(waiting: bytearray, place: int) -> tuple[int, bool]:
    """Go on through the picture from one marker to the next.

    Args:
        waiting: bytes that were not given yet; those before the picture are removed.
        place: where to go on; 0 before the picture.

    Returns:
        Where to go on when there are more bytes, or where the picture ends; whether it does.
    """
    if place == 0:
        start = waiting.find(PICTURE_START)
        # What may be the begin of one stays.
        del waiting[: start if start >= 0 else max(0, len(waiting) - len(PICTURE_START) + 1)]
        if start < 0:
            return 0, False
        place = 2
    while (marker := MARKER.search(waiting, place)) is not None:
        if marker[1] == START:
            return marker.start(), True
        if marker[1] == END:
            return marker.end(), True
        length = waiting[marker.end() : marker.end() + 2]
        if len(length) < 2:
            return marker.start(), False
        place = marker.end() + int.from_bytes(length, "big")
    # The last byte may be the first half of a marker.
    return max(place, len(waiting) - 1), False
