"""The situations that scenes are sampled from, and how often each is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..view import Camera
from . import at_a_desk, at_the_face, gesturing, holding, resting
from .cameras import ABOVE, BESIDE, CLOSE, ROOM, ROUND_ABOUT, WEBCAM, Placed, View, at_hand, own_eyes, without_hands
from .hand_targets import Arms
from .in_company import meeting
from .landmarks import Landmarks
from .together import together

Shot = Callable[[np.random.Generator, Sequence[Placed], View], Camera]
Action = Callable[[np.random.Generator, Landmarks], Arms]
# Longer side of a hand's box, px in an image of 640 px: sampled evenly in log scale.
SMALLEST_PX, LARGEST_PX = 8.0, 400.0


@dataclass(frozen=True)
class Situation:
    """A kind of scene.

    Attributes:
        name: for tables.
        weight: relative frequency among the situations in which hands have the wanted size.
        sizes_px: smallest and largest box of a hand, in an image of 640 px.
        shot: places the camera.
        actions: what each person's arms do, one of them at random; none where the people's hands meet.
        people: fewest and most.
        sitting: share of the people who sit.
        desk: whether there is a table before the first person.
    """

    name: str
    weight: float
    sizes_px: tuple[float, float]
    shot: Shot
    actions: tuple[Action, ...] = ()
    people: tuple[int, int] = (1, 1)
    sitting: float = 0.5
    desk: bool = False

    def sample_arms(self, rng: np.random.Generator, people: Sequence[Landmarks]) -> list[Arms]:
        """Sample what the arms of all people do."""
        if not self.actions:
            return meeting(rng, people)
        return [self.actions[rng.integers(len(self.actions))](rng, person) for person in people]


def sample_situation(rng: np.random.Generator, size_px: float) -> Situation:
    """Sample a situation in which hands can have a size."""
    fitting = [each for each in SITUATIONS if each.sizes_px[0] <= size_px <= each.sizes_px[1]]
    weights = np.array([each.weight for each in fitting])
    return fitting[rng.choice(len(fitting), p=weights / weights.sum())]


_WEBCAM, _ROOM = partial(at_hand, limits=WEBCAM), partial(at_hand, limits=ROOM)
_ROUND, _ABOVE = partial(at_hand, limits=ROUND_ABOUT), partial(at_hand, limits=ABOVE)
_BESIDE, _CLOSE = partial(at_hand, limits=BESIDE), partial(at_hand, limits=CLOSE)
_FREE = (gesturing.raised, gesturing.raised, gesturing.anywhere, gesturing.talking, gesturing.waving)
_RESTING = (resting.hanging, resting.on_hips, resting.crossed, resting.before_belly)
_DESK = (at_a_desk.typing, at_a_desk.typing, at_a_desk.writing, at_a_desk.on_table)
_HOLDING = (holding.holding, holding.holding, holding.with_both, holding.together_with_both, holding.shown)
_FACE = (at_the_face.at_the_face, at_the_face.at_the_face, at_the_face.calling, at_the_face.drinking)
_EVERYDAY = (*_FREE, *_RESTING, *_HOLDING, *_FACE, together, together, gesturing.arms_up, resting.on_knees)

SITUATIONS = (
    Situation("webcam", 4.0, (40, 400), _WEBCAM, (*_FREE, resting.before_belly), sitting=0.8),
    Situation("room", 4.0, (8, 110), _ROOM, _EVERYDAY, people=(1, 3), sitting=0.35),
    Situation("round about", 1.0, (8, 110), _ROUND, _EVERYDAY, people=(1, 2), sitting=0.35),
    Situation("face", 1.2, (15, 300), _WEBCAM, _FACE, sitting=0.6),
    Situation("together", 2.0, (15, 400), _WEBCAM, (together,), sitting=0.6),
    Situation("holding", 2.0, (12, 400), _WEBCAM, _HOLDING, sitting=0.6),
    Situation("pointing", 0.7, (20, 400), _WEBCAM, (gesturing.pointing,), sitting=0.5),
    Situation("own eyes", 2.5, (60, 400), own_eyes, (*_FREE, *_HOLDING, together, together)),
    Situation("own eyes, desk", 0.7, (60, 400), own_eyes, _DESK, sitting=1.0, desk=True),
    Situation("desk from above", 1.0, (30, 400), _ABOVE, _DESK, sitting=1.0, desk=True),
    Situation("desk from the side", 0.8, (20, 400), _BESIDE, _DESK, sitting=1.0, desk=True),
    Situation("desk", 0.8, (12, 300), _WEBCAM, (*_DESK, *_FACE, *_HOLDING, *_FREE), sitting=1.0, desk=True),
    Situation("two people", 1.0, (10, 250), _ROUND, people=(2, 2), sitting=0.0),
    Situation("close", 1.2, (60, 400), _CLOSE, (*_FREE, *_HOLDING, together, resting.hanging)),
    Situation("no hands", 0.9, (8, 400), without_hands, (resting.hanging, resting.hidden), people=(1, 2)),
)
