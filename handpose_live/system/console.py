"""Standard output and error that never stop the program: closed, broken, or in an encoding that lacks a letter."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, TextIO, cast

from handpose_live.system.log import LARGEST_BYTES, log_file


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


@contextmanager
def libraries_apart() -> Iterator[None]:
    """Keep what native libraries say off the terminal: it goes into ``libraries.log``, beside the program's log.

    MediaPipe's cannot be told to be quiet. What Python says goes on to the stderr that was there. To be entered while
    there is no second thread yet, as both share that stderr.
    """
    console, terminal, libraries = sys.stderr, os.dup(2), _open_libraries_log()
    if _writes_to(console, 2):
        words = open(terminal, "w", buffering=1, encoding=console.encoding, closefd=False)  # noqa: SIM115 (see finally)
        sys.stderr = _secured(words)
    os.dup2(libraries, 2)
    os.close(libraries)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        sys.stderr = console
        os.close(terminal)


def _open_libraries_log() -> int:
    path = log_file().with_name("libraries.log")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_large = path.exists() and path.stat().st_size > LARGEST_BYTES
        return os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if is_large else os.O_APPEND), 0o600)
    except OSError:  # it must never keep the program from running
        return os.open(os.devnull, os.O_WRONLY)


def _writes_to(stream: TextIO, descriptor: int) -> bool:
    try:
        return stream.fileno() == descriptor
    except (OSError, ValueError, AttributeError):
        return False


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
