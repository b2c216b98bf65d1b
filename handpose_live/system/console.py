"""Standard output and error that never stop the program: closed, broken, or in a limited encoding."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, TextIO, cast

from handpose_live.system.log import MAX_BYTES, log_file


class Console:
    """A text stream that ignores write errors, such as those after its reader has exited."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, and ignore errors."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, and ignore errors."""
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def prepare_console() -> None:
    """Make ``sys.stdout`` and ``sys.stderr`` accept any text; call it before any file is opened."""
    _fill_standard_descriptors()
    sys.stdout = _guarded(sys.stdout)
    sys.stderr = _guarded(sys.stderr)


@contextmanager
def redirect_native_output() -> Iterator[None]:
    """Redirect the stderr of native libraries from the terminal to ``libraries.log``, beside the program's log.

    MediaPipe's output cannot be disabled. Python's own stderr still goes to the terminal. Enter it before a second
    thread is started, since all threads share the file descriptor.
    """
    console, terminal, libraries = sys.stderr, os.dup(2), _open_libraries_log()
    if _writes_to(console, 2):
        stream = open(terminal, "w", buffering=1, encoding=console.encoding, closefd=False)  # noqa: SIM115 (see finally)
        sys.stderr = _guarded(stream)
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
        is_large = path.exists() and path.stat().st_size > MAX_BYTES
        return os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if is_large else os.O_APPEND), 0o600)
    except OSError:  # it must never keep the program from running
        return os.open(os.devnull, os.O_WRONLY)


def _writes_to(stream: TextIO, descriptor: int) -> bool:
    try:
        return stream.fileno() == descriptor
    except (OSError, ValueError, AttributeError):
        return False


def _fill_standard_descriptors() -> None:
    """Open closed standard descriptors: a file that got such a number would receive what libraries print."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number


def _guarded(stream: TextIO | None) -> TextIO:
    if stream is None:  # closed, or a program without a console
        stream = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (open as long as the program runs)
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream if isinstance(stream, Console) else cast(TextIO, Console(stream))
