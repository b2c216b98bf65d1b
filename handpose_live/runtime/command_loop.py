"""Waits for what may hang and for commands together."""

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
    """Runs commands of other threads in the thread that waits here, while that waits.

    Attributes:
        thread: makes the calls that may hang; to be waited for, perhaps in vain.
        stopping: it is to end.
    """

    def __init__(self, name: str) -> None:
        self._commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._wake, self.stopping = Event(), Event()
        # A daemon, unlike a ThreadPoolExecutor's: a device that hangs must not keep the program from ending.
        self.thread = Thread(target=self._make_calls, name=name, daemon=True)

    def do(self, command: Callable[[], None]) -> None:
        """Have a command run by the thread that waits, soon; callable from any thread."""
        self._commands.put(command)
        self._wake.set()

    def wake(self) -> None:
        """Have the thread that waits look again whether it still has to; callable from any thread."""
        self._wake.set()

    def request_stop(self) -> None:
        """End the wait and every later one; callable from any thread."""
        self.stopping.set()
        self._wake.set()

    def end(self) -> None:
        """End the thread for calls after those that were asked for; does not wait."""
        self._calls.put(None)

    def wait_until(self, ready: Callable[[], bool], end_s: float = math.inf) -> None:
        """Run commands until something holds, or until a time by ``time.monotonic``.

        Raises:
            CancelledError: it is to end; what it waits for is left to itself.
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
        """What a function gives that may hang; commands run meanwhile.

        Args:
            function: called by :attr:`thread`.
            undo: takes what it gives when that does not matter any more.

        Raises:
            CancelledError: see :meth:`wait_until`; beside whatever the function raises.
        """
        answer: Future[Result] = Future()

        def answer_it() -> None:
            try:
                answer.set_result(function())
            except BaseException as error:
                answer.set_exception(error)

        answer.add_done_callback(lambda _: self._wake.set())
        self._calls.put(answer_it)
        try:
            self.wait_until(answer.done)
        except CancelledError:
            answer.add_done_callback(lambda late: undo(late.result()) if late.exception() is None else None)
            raise
        return answer.result()

    def _make_calls(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
