"""Text files of any origin: editors, spreadsheets, other programs."""

import codecs
from pathlib import Path

from handpose_live.types.errors import HandPoseError

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path) -> str:
    """Read a file in UTF-8, with or without a byte order mark, or in UTF-16 with one; keep its line ends.

    Raises:
        HandPoseError: the file cannot be read, or is in another encoding.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise HandPoseError(f"{path} cannot be read ({error.strerror}).") from error
    encoding = "utf-16" if data.startswith(UTF_16) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise HandPoseError(f"{path} is not in UTF-8 (see line {line}): save it in that encoding.") from error
    if "\0" in text:  # UTF-16 without a byte order mark, UTF-32, or binary
        raise HandPoseError(f"{path} is not text in UTF-8: save it in that encoding.")
    return text
