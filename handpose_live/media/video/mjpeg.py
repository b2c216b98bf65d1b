"""Motion JPEG as cameras send it: one JPEG file after another, with any bytes or none between them."""

import re
from collections.abc import Iterable, Iterator

JPEG_START = b"\xff\xd8\xff"
TEXT = re.compile(rb"[\t\r\n -~]*")
MAX_HEADER_BYTES = 65536
# In entropy-coded data, 0xFF is followed by 0x00 or a restart marker (ITU-T T.81, annex B).
MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
START_OF_IMAGE, END_OF_IMAGE = b"\xd8", b"\xd9"


def header_length(head: bytes) -> int | None:
    """Return the number of bytes of text before the first JPEG.

    Args:
        head: the first bytes of a stream.

    Returns:
        None if more bytes are needed to tell; -1 if the stream is not Motion JPEG.
    """
    text = TEXT.match(head)
    length = text.end() if text else 0
    start = head[length : length + len(JPEG_START)]
    if start == JPEG_START:
        return length
    return None if JPEG_START.startswith(start) and length < MAX_HEADER_BYTES else -1


def split_jpegs(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield each JPEG file in a stream of bytes as soon as its last byte has arrived.

    Boundaries, headers and lengths between the files are ignored, since cameras disagree about them; thumbnails inside
    a JPEG belong to it. A truncated JPEG is yielded as far as it goes.
    """
    buffer = bytearray()
    position = 0
    for chunk in chunks:
        buffer += chunk
        while True:
            position, is_complete = _scan(buffer, position)
            if not is_complete:
                break
            yield bytes(buffer[:position])
            del buffer[:position]
            position = 0
    if buffer.startswith(JPEG_START):
        yield bytes(buffer)


def _scan(buffer: bytearray, position: int) -> tuple[int, bool]:
    """Scan a JPEG from one marker to the next.

    Args:
        buffer: bytes that were not yielded yet; those before the JPEG are removed.
        position: where to continue; 0 before the start of a JPEG.

    Returns:
        Where to continue when there are more bytes, or where the JPEG ends; whether it ends.
    """
    if position == 0:
        start = buffer.find(JPEG_START)
        # Keep bytes that may be the beginning of a start marker.
        del buffer[: start if start >= 0 else max(0, len(buffer) - len(JPEG_START) + 1)]
        if start < 0:
            return 0, False
        position = 2
    while (marker := MARKER.search(buffer, position)) is not None:
        if marker[1] == START_OF_IMAGE:
            return marker.start(), True
        if marker[1] == END_OF_IMAGE:
            return marker.end(), True
        length = buffer[marker.end() : marker.end() + 2]
        if len(length) < 2:
            return marker.start(), False
        position = marker.end() + int.from_bytes(length, "big")
    # The last byte may be the first half of a marker.
    return max(position, len(buffer) - 1), False
