"""What a player reports, kept for tests."""

from threading import Condition, Event
from typing import TypeVar

from handpose_live.runtime.events import PlayerEvent
from handpose_live.runtime.player import Player

PATIENCE_S = 60.0
Kind = TypeVar("Kind")


class EventLog:
    """Takes the events of a player, and waits for them."""

    def __init__(self) -> None:
        self._events: list[PlayerEvent] = []
        self._changed = Condition()  # its lock is re-entrant

    def __call__(self, event: PlayerEvent) -> None:
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def of(self, kind: type[Kind]) -> list[Kind]:
        """All events of a kind so far."""
        with self._changed:
            return [event for event in self._events if isinstance(event, kind)]

    def wait_for(self, kind: type[Kind], *, count: int = 1) -> Kind:
        """Wait until there are so many events of a kind; the last of them."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.of(kind)) >= count, PATIENCE_S)
            return self.of(kind)[count - 1]


def served(player: Player) -> None:
    """Wait until everything that was requested of a player is done."""
    done = Event()
    player._commands.do(done.set)
    assert done.wait(PATIENCE_S)
