"""Exceptions that nobody expected: told, not fatal."""

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from handpose_live import __version__
from handpose_live.log import fault_sentence

logger = logging.getLogger(__name__)


@contextmanager
def faults_shown(show: Callable[[str], object]) -> Iterator[None]:
    """Show exceptions of slots and threads instead of letting Qt abort the program; print them as bug reports.

    Args:
        show: takes one sentence; called in the thread in which it went wrong.
    """

    def tell(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        print(
            f"A fault in HandPose Live {__version__} (Python {platform.python_version()}, {platform.platform()}); "
            "please report it with these lines:",
            file=sys.stderr,
        )
        traceback.print_exception(kind, error, trace)
        logger.error("unexpected exception", exc_info=(kind, error or kind(), trace))
        show(fault_sentence(error or kind()))

    before = sys.excepthook, threading.excepthook
    sys.excepthook = tell
    threading.excepthook = lambda args: tell(args.exc_type, args.exc_value, args.exc_traceback)
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before
