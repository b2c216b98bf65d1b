"""A log of the events of a player."""

from threading import Condition, Event
from typing import TypeVar

from handpose_live.runtime.events import PlayerEvent
from handpose_live.runtime.player import Player

TIMEOUT_S = 60.0
Kind = TypeVar("Kind")


class EventLog:
    """Collect the events of a player and wait for them."""

    def __init__(self) -> None:
        self._events: list[PlayerEvent] = []
        self._changed = Condition()  # its lock is re-entrant

    def __call__(self, event: PlayerEvent) -> None:
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Return all events of a kind so far."""
        with self._changed:
            return [event for event in self._events if isinstance(event, kind)]

    def wait_for(self, kind: type[Kind], *, count: int = 1) -> Kind:
        """Wait until there are ``count`` events of a kind and return the last of them."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.of(kind)) >= count, TIMEOUT_S)
            return self.of(kind)[count - 1]


def wait_until_served(player: Player) -> None:
    """Wait until all requests to a player are done."""
    done = Event()
    player._commands.do(done.set)
    assert done.wait(TIMEOUT_S)
