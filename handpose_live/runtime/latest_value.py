"""Hands values from one thread to another, of which only the latest counts."""

from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class LatestValue(Generic[Value]):
    """Holds the latest value until it is taken; a slow reader skips values instead of queueing them."""

    def __init__(self) -> None:
        self._value: Value | None = None
        self._lock = Lock()

    def put(self, value: Value) -> bool:
        """Replace the value; whether the one before had been taken."""
        with self._lock:
            was_taken = self._value is None
            self._value = value
            return was_taken

    def take(self) -> Value | None:
        """The latest value, once; None if there is no new one."""
        with self._lock:
            value, self._value = self._value, None
            return value
