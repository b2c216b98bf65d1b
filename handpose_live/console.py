"""Standard output and error that never stop the program: closed, broken, or in an encoding that lacks a letter."""

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, TextIO, cast


class Console:
    """A text stream whose reader may go away: what is written from then on is lost, and nothing else is."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write as far as somebody reads."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand over what was written, as far as somebody reads."""
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def secure_console() -> None:
    """Let ``sys.stdout`` and ``sys.stderr`` take every text; call it before any file is opened."""
    _fill_standard_descriptors()
    sys.stdout = _secured(sys.stdout)
    sys.stderr = _secured(sys.stderr)


def _fill_standard_descriptors() -> None:
    """A file must not get the number of a closed stdout or stderr: what libraries print would be written into it."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number


def _secured(stream: TextIO | None) -> TextIO:
    if stream is None:  # closed, or a program without a console
        stream = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (open as long as the program runs)
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream if isinstance(stream, Console) else cast(TextIO, Console(stream))
