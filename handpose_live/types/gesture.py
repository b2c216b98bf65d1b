"""The name of a hand's shape."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gesture:
    """A recognised gesture.

    Attributes:
        name: as in the table of rules.
        score: how well its rule holds, 0..1.
    """

    name: str
    score: float

    @property
    def title(self) -> str:
        """The name as shown to the user."""
        return gesture_title(self.name)


def gesture_title(name: str) -> str:
    """Format a gesture's name for display: ``thumb_up`` becomes "Thumb up"."""
    words = name.replace("_", " ")
    return "OK" if name == "ok" else words[:1].upper() + words[1:]
