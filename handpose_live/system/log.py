"""The log file, for what a person is to report; exceptions that nobody expected land there, told in a sentence."""

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

LARGEST_BYTES, OLDER_FILES = 1_000_000, 2
FORM = "%(asctime)s [%(process)d] %(levelname)s, %(threadName)s, %(name)s: %(message)s"
# Passwords stand before the host, in the query and, with some cameras, in the path: nothing of an address is kept.
ADDRESS = re.compile(r"\b([a-z][a-z0-9+.-]*://)\S+", re.IGNORECASE)

logger = logging.getLogger("handpose_live")


def log_file() -> Path:
    """Where the program logs, in the platform's own folder for that."""
    try:
        folder = platformdirs.user_log_path("handpose-live", appauthor=False)
    except RuntimeError:  # a user without a home, as in some containers
        folder = Path(tempfile.gettempdir())
    return folder / "handpose-live.log"


def fault_sentence(error: BaseException) -> str:
    """What a person reads when the program itself is at fault; the traceback goes into the log."""
    return f"This is a fault of the program ({type(error).__name__}): what to report is in {log_file()}."


@contextmanager
def logged() -> Iterator[None]:
    """Log what the program's own loggers are told, from INFO on, into :func:`log_file`; as a decorator, too.

    The file is opened with the first line that it takes. Exceptions that nobody expected are logged and told on stderr,
    except what this wraps itself raises: that is for its caller to see to.
    """
    handler, before = _LogFile(), (logger.level, logger.propagate)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        with faults_shown(_print):
            yield
    finally:
        logger.level, logger.propagate = before
        logger.removeHandler(handler)
        handler.close()


@contextmanager
def faults_shown(show: Callable[[str], object]) -> Iterator[None]:
    """Log exceptions that nobody expected, of Qt's slots and of every thread, and show a sentence.

    Without this, Qt aborts the program over an exception in a slot.

    Args:
        show: takes the sentence; called in the thread in which it went wrong.
    """
    before = sys.excepthook, threading.excepthook, sys.unraisablehook

    def tell(error: BaseException | None) -> None:
        if isinstance(error, Exception):
            logger.critical("Unhandled exception", exc_info=error)
            show(fault_sentence(error))
        elif error is not None and not isinstance(error, SystemExit):
            before[0](type(error), error, error.__traceback__)

    sys.excepthook = lambda _kind, error, _trace: tell(error)
    threading.excepthook = lambda args: tell(args.exc_value)
    # Exceptions in destructors and callbacks, after which everything goes on.
    sys.unraisablehook = lambda args: logger.error(args.err_msg or "Exception ignored", exc_info=args.exc_value)
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


def _print(sentence: str) -> None:
    with suppress(OSError, ValueError, AttributeError):  # stderr may be closed, or none at all
        print(sentence, file=sys.stderr)


class _LogFile(RotatingFileHandler):
    """Keeps silent where it cannot write, for a log must never keep the program from running."""

    def __init__(self) -> None:
        super().__init__(
            log_file(),
            maxBytes=LARGEST_BYTES,
            backupCount=OLDER_FILES,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
        self.setFormatter(_WithoutAddresses(FORM))
        self._takes_crashes = not faulthandler.is_enabled()

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        stream = super()._open()
        stream.write(f"HandPose Live {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
        if self._takes_crashes:  # of native libraries, which end the program without an exception
            faulthandler.enable(stream)
        return stream

    def close(self) -> None:
        self._leave_crashes()
        super().close()

    def doRollover(self) -> None:  # noqa: N802
        self._leave_crashes()
        with suppress(OSError):  # on Windows a second program that has it open keeps it as it is
            super().doRollover()

    def _leave_crashes(self) -> None:
        """Let go of the file before it is closed: its number may be another file's then."""
        if self._takes_crashes:
            faulthandler.disable()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        if record.exc_info:  # the traceback would be lost, and with it what to report
            _print(self.format(record))


class _WithoutAddresses(logging.Formatter):
    """Leaves addresses out, also of tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        return ADDRESS.sub(r"\1…", super().format(record))
