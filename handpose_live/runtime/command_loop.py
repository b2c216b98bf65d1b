"""Waits for a call that may hang and for commands of other threads at the same time."""

import math
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

Result = TypeVar("Result")


class CommandLoop:
    """Runs commands of other threads in the waiting thread, while that waits.

    Attributes:
        thread: makes the calls that may hang, and may therefore never end.
        stopping: set once a stop is requested.
    """

    def __init__(self, name: str) -> None:
        self._commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._wake, self.stopping = Event(), Event()
        # A daemon, unlike a ThreadPoolExecutor's: a device that hangs must not keep the program from ending.
        self.thread = Thread(target=self._make_calls, name=name, daemon=True)

    def do(self, command: Callable[[], None]) -> None:
        """Queue a command for the waiting thread; callable from any thread."""
        self._commands.put(command)
        self._wake.set()

    def wake(self) -> None:
        """Make the waiting thread check its condition again; callable from any thread."""
        self._wake.set()

    def request_stop(self) -> None:
        """End the wait and every later one; callable from any thread."""
        self.stopping.set()
        self._wake.set()

    def end(self) -> None:
        """End the thread after the calls that are queued; does not wait."""
        self._calls.put(None)

    def wait_until(self, ready: Callable[[], bool], end_s: float = math.inf) -> None:
        """Run commands until ``ready``, or until a time by ``time.monotonic``.

        Raises:
            CancelledError: a stop was requested.
        """
        while True:
            with suppress(Empty):
                while True:
                    self._commands.get_nowait()()
            left_s = end_s - time.monotonic()
            if self.stopping.is_set():
                raise CancelledError
            if ready() or left_s <= 0:
                return
            self._wake.wait(None if math.isinf(left_s) else left_s)
            self._wake.clear()

    def call(self, function: Callable[[], Result], undo: Callable[[Result], object] = lambda _: None) -> Result:
        """Call a function that may hang, and run commands meanwhile.

        Args:
            function: called in :attr:`thread`.
            undo: takes a result that arrives after the call was cancelled.

        Raises:
            CancelledError: see :meth:`wait_until`; also everything that ``function`` raises.
        """
        answer: Future[Result] = Future()

        def set_answer() -> None:
            try:
                answer.set_result(function())
            except BaseException as error:
                answer.set_exception(error)

        answer.add_done_callback(lambda _: self._wake.set())
        self._calls.put(set_answer)
        try:
            self.wait_until(answer.done)
        except CancelledError:
            answer.add_done_callback(lambda late: undo(late.result()) if late.exception() is None else None)
            raise
        return answer.result()

    def _make_calls(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
