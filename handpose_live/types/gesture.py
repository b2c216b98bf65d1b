"""A recognised gesture."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gesture:
    """A recognised gesture.

    Attributes:
        name: as in the table of rules.
        score: how well the hand fits the rule, 0..1.

    Example:
        >>> import handpose_live as hp
        >>> gesture = hp.Gesture("thumb_up", 0.9)
        >>> gesture.title
        'Thumb up'
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
