"""The log file for bug reports; unhandled exceptions are logged there and reported to the user in a sentence."""

import faulthandler
import logging
import platform
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

from handpose_live import __version__

MAX_BYTES, BACKUP_COUNT = 1_000_000, 2
LOG_FORMAT = "%(asctime)s [%(process)d] %(levelname)s, %(threadName)s, %(name)s: %(message)s"
# Passwords are in the user info, the query and, with some cameras, the path: nothing of an address is kept.
ADDRESS = re.compile(r"\b([a-z][a-z0-9+.-]*://)\S+", re.IGNORECASE)

logger = logging.getLogger("handpose_live")


def log_file() -> Path:
    """Path of the log file, in the platform's log folder."""
    try:
        folder = platformdirs.user_log_path("handpose-live", appauthor=False)
    except RuntimeError:  # a user without a home, as in some containers
        folder = Path(tempfile.gettempdir())
    return folder / "handpose-live.log"


def bug_report_sentence(error: BaseException) -> str:
    """What the user reads after an unhandled exception; its traceback goes into the log."""
    return f"Unexpected error ({type(error).__name__}): please report it with the log {log_file()}."


@contextmanager
def log_to_file() -> Iterator[None]:
    """Write the records of the program's own loggers, from INFO on, to :func:`log_file`; also usable as a decorator.

    The file is created with its first record. Unhandled exceptions in threads and callbacks are logged, and reported
    on stderr; exceptions of the wrapped code itself are left to its caller.
    """
    handler, before = _LogFile(), (logger.level, logger.propagate)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        with unhandled_exceptions_reported(_print):
            yield
    finally:
        logger.level, logger.propagate = before
        logger.removeHandler(handler)
        handler.close()


@contextmanager
def unhandled_exceptions_reported(report: Callable[[str], object]) -> Iterator[None]:
    """Log unhandled exceptions of Qt's slots and of every thread, and report each in a sentence.

    Without this, Qt aborts the program after an exception in a slot.

    Args:
        report: takes the sentence; called in the thread that raised.
    """
    before = sys.excepthook, threading.excepthook, sys.unraisablehook

    def handle(error: BaseException | None) -> None:
        if isinstance(error, Exception):
            logger.critical("Unhandled exception", exc_info=error)
            report(bug_report_sentence(error))
        elif error is not None and not isinstance(error, SystemExit):
            before[0](type(error), error, error.__traceback__)

    sys.excepthook = lambda _kind, error, _trace: handle(error)
    threading.excepthook = lambda args: handle(args.exc_value)
    # Exceptions in destructors and callbacks, which Python ignores.
    sys.unraisablehook = lambda args: logger.error(args.err_msg or "Exception ignored", exc_info=args.exc_value)
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


def _print(sentence: str) -> None:
    with suppress(OSError, ValueError, AttributeError):  # stderr may be closed, or none at all
        print(sentence, file=sys.stderr)


class _LogFile(RotatingFileHandler):
    """Ignores write errors, since a log must never keep the program from running."""

    def __init__(self) -> None:
        super().__init__(
            log_file(),
            maxBytes=MAX_BYTES,
            backupCount=BACKUP_COUNT,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
        self.setFormatter(_RedactingFormatter(LOG_FORMAT))
        self._logs_crashes = not faulthandler.is_enabled()

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        stream = super()._open()
        stream.write(f"HandPose Live {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
        if self._logs_crashes:  # of native libraries, which end the program without an exception
            faulthandler.enable(stream)
        return stream

    def close(self) -> None:
        self._release_faulthandler()
        super().close()

    def doRollover(self) -> None:  # noqa: N802
        self._release_faulthandler()
        with suppress(OSError):  # on Windows a file that another program has open cannot be renamed
            super().doRollover()

    def _release_faulthandler(self) -> None:
        """Stop crash logging before the file is closed: its descriptor may be reused for another file."""
        if self._logs_crashes:
            faulthandler.disable()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        if record.exc_info:  # otherwise the traceback would be lost
            _print(self.format(record))


class _RedactingFormatter(logging.Formatter):
    """Removes addresses, also from tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        return ADDRESS.sub(r"\1…", super().format(record))
