"""The colours of skeletons: every scheme, and the only place where they are defined. All colours are sRGB, 0..255."""

from typing import Literal

from handpose_live.types.hand import Side
from handpose_live.types.skeleton import FINGERS, JOINT_COUNT

Colour = tuple[int, int, int]
ColourScheme = Literal["fingers", "colour_blind", "sides", "single"]

# From the thumb to the little finger.
FINGER_COLOURS: tuple[Colour, ...] = ((61, 220, 90), (34, 211, 238), (82, 130, 255), (240, 80, 230), (255, 82, 82))
# Five of Okabe and Ito's colours (jfly.uni-koeln.de/color), ordered so that adjacent fingers differ most.
COLOUR_BLIND_COLOURS: tuple[Colour, ...] = (
    *((240, 228, 66), (0, 114, 178), (213, 94, 0), (86, 180, 233), (204, 121, 167)),
)
WRIST_COLOUR: Colour = (148, 163, 184)
SIDE_COLOURS: dict[Side, Colour] = {"left": (45, 212, 191), "right": (251, 146, 60)}
SINGLE_COLOUR: Colour = (125, 211, 252)


def joint_colours(scheme: ColourScheme, side: Side) -> tuple[Colour, ...]:
    """Colours of the 21 joints of a hand; a bone has the colour of its outer joint.

    Args:
        scheme: a colour for each finger, the same for colour-blind people, one for each side, or one for all hands.
        side: of the hand; matters to the scheme ``"sides"`` only.
    """
    match scheme:
        case "sides":
            return (SIDE_COLOURS[side],) * JOINT_COUNT
        case "single":
            return (SINGLE_COLOUR,) * JOINT_COUNT
    colours = FINGER_COLOURS if scheme == "fingers" else COLOUR_BLIND_COLOURS
    return (WRIST_COLOUR, *(colour for colour, finger in zip(colours, FINGERS, strict=True) for _ in finger.joints))
