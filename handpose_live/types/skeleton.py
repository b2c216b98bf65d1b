"""The 21 joints of a hand in FreiHAND's order: names, bones, fingers."""

from dataclasses import dataclass
from itertools import pairwise

JOINT_COUNT = 21
WRIST = 0


@dataclass(frozen=True)
class Finger:
    """One finger: its joints from knuckle to tip."""

    name: str
    joints: tuple[int, int, int, int]

    @property
    def chain(self) -> tuple[int, ...]:
        """The joints along its bones, starting at the wrist."""
        return (WRIST, *self.joints)


FINGERS = (
    Finger("thumb", (1, 2, 3, 4)),
    Finger("index", (5, 6, 7, 8)),
    Finger("middle", (9, 10, 11, 12)),
    Finger("ring", (13, 14, 15, 16)),
    Finger("little", (17, 18, 19, 20)),
)
THUMB_TIP = FINGERS[0].joints[3]
INDEX_TIP = FINGERS[1].joints[3]
KNUCKLES = tuple(finger.joints[0] for finger in FINGERS[1:])

JOINT_NAMES = (
    "wrist",
    *("thumb_cmc", "thumb_mcp", "thumb_ip", "thumb_tip"),
    *(f"{finger.name}_{part}" for finger in FINGERS[1:] for part in ("mcp", "pip", "dip", "tip")),
)
BONES = tuple(pair for finger in FINGERS for pair in pairwise(finger.chain))
