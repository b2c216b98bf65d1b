"""The hands drawn on a copy of the picture: bones, joints, a label each, as a person likes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.overlay.labels import draw_labels, draw_names
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.hand import Hand, Side
from handpose_live.types.skeleton import BONES, FINGERS, JOINT_COUNT

Colour = tuple[int, int, int]

DARK: Colour = (12, 16, 28)
RIM: Colour = (255, 255, 255)
WRIST_COLOUR: Colour = (148, 163, 184)
FINGER_COLOURS: tuple[Colour, ...] = tuple(finger.colour for finger in FINGERS)
# Five of Okabe and Ito's colours (jfly.uni-koeln.de/color), ordered so that neighbouring fingers differ most.
COLOUR_BLIND_SAFE: tuple[Colour, ...] = ((240, 228, 66), (0, 114, 178), (213, 94, 0), (86, 180, 233), (204, 121, 167))
SIDE_COLOURS: dict[str, Colour] = {"left": (45, 212, 191), "right": (251, 146, 60)}
SINGLE_COLOUR: Colour = (125, 211, 252)
BOX_COLOUR: Colour = (255, 255, 255)

# A bone's half width: share of the hand's longer side, within shares of the picture's shorter side.
HAND_SHARE, PICTURE_SHARES, THINNEST_PX = 0.014, (0.0025, 0.009), 0.8
# In units of that half width. Bones taper towards the tip, whose dot is a touch larger.
BONE_RADII = np.array([1.0, *(1.0, 0.9, 0.8, 0.7) * len(FINGERS)])
DOT_RADII = np.array([1.7, *(1.35, 1.25, 1.2, 1.55) * len(FINGERS)])
RIM_WIDTH = 0.45
OUTLINE_WIDTH = 0.5
OUTLINE_OPACITY = 0.5
SHADOW_OPACITY = 0.45

# A joint is drawn in full from this score on, and as faint as it gets at no score.
FULL_SCORE = 0.5
FAINTEST = 0.2

BONE_ENDS = np.array(BONES)

SHIFT = 4  # cv2 takes coordinates in sixteenths of a px
FILL_GROWTH = 0.65  # by which cv2's anti-aliased fills come out too wide on each side, in px


ColourScheme = Literal["fingers", "colour_blind", "sides", "single"]


@dataclass(frozen=True)
class OverlayStyle:
    """How hands are drawn.

    Attributes:
        selfie: flip the picture first, as in a mirror; what is written on it stays readable.
        overlay: draw anything at all.
        colours: a colour for each finger, the same for colour-blind people, a colour for each side, or one for all.
        thickness: of bones and joints, 1 for the usual.
        bones, labels, names, boxes: draw the bones between the joints, the label of each hand, the name of each
            joint, the window in which the network saw the hand.

    Example:
        >>> import handpose_live as hp
        >>> style = hp.OverlayStyle(colours="sides", thickness=1.5, labels=False)
    """

    selfie: bool = False
    overlay: bool = True
    colours: ColourScheme = "fingers"
    thickness: float = 1.0
    bones: bool = True
    labels: bool = True
    names: bool = False
    boxes: bool = False


def draw_hands(image: Image, hands: Sequence[Hand], style: OverlayStyle = OverlayStyle()) -> Image:
    """A copy of the picture with every hand's skeleton and label on it.

    Args:
        image: ``(height, width, 3)`` RGB; not altered.
        hands: what to draw, joints in px of this picture.
        style: how to draw; a selfie view flips the picture and the hands in it.

    Returns:
        A new ``(height, width, 3)`` RGB picture.

    Example:
        >>> import handpose_live as hp
        >>> frame, hands = next(result for result in hp.track_video("demo") if result[1])
        >>> picture = hp.draw_hands(frame.image, hands, style=hp.OverlayStyle(names=True))
        >>> picture.shape
        (480, 640, 3)
    """
    picture = np.ascontiguousarray(image[:, ::-1]) if style.selfie else image.copy()
    if not style.overlay:
        return picture
    if style.selfie:
        hands = [hand.flipped(image.shape[1]) for hand in hands]
    for hand in hands:
        if style.boxes:
            _draw_box(picture, hand)
        _draw_skeleton(picture, hand, style)
    if style.names:
        draw_names(picture, hands)
    if style.labels:
        draw_labels(picture, hands)
    return picture


def joint_colours(scheme: ColourScheme, side: Side) -> tuple[Colour, ...]:
    """The RGB colours of a hand's 21 joints; a bone has that of its outer end."""
    if scheme in ("sides", "single"):
        return (SIDE_COLOURS[side] if scheme == "sides" else SINGLE_COLOUR,) * JOINT_COUNT
    colours = FINGER_COLOURS if scheme == "fingers" else COLOUR_BLIND_SAFE
    return (WRIST_COLOUR, *(colour for colour, finger in zip(colours, FINGERS, strict=True) for _ in finger.joints))


def _draw_box(picture: Image, hand: Hand) -> None:
    corners = _fixed(hand.crop.corners - 0.5)[:, None]
    width = max(1, round(min(picture.shape[:2]) / 480))
    cv2.polylines(picture, [corners], True, DARK, width + 2, cv2.LINE_AA, SHIFT)
    cv2.polylines(picture, [corners], True, BOX_COLOUR, width, cv2.LINE_AA, SHIFT)


def _draw_skeleton(picture: Image, hand: Hand, style: OverlayStyle) -> None:
    radius_px = style.thickness * _bone_radius_px(hand.joints, min(picture.shape[:2]))
    around_px = 5 * radius_px
    low = np.floor(hand.joints.min(axis=0) - around_px).astype(int).clip(min=0)
    high = np.ceil(hand.joints.max(axis=0) + around_px).astype(int).clip(max=picture.shape[1::-1])
    if (low >= high).any():
        return
    # Frame px has pixel centres at +0.5, cv2 at whole numbers.
    layer = np.zeros((high[1] - low[1], high[0] - low[0], 4), np.uint8)
    joints_px, opacities = hand.joints - low - 0.5, _opacities(hand.joint_scores)
    colours = joint_colours(style.colours, hand.side)
    if style.bones:
        _draw_bones(layer, joints_px, opacities, radius_px, colours)
    _draw_dots(layer, joints_px, opacities, radius_px, colours)
    _blend(picture[low[1] : high[1], low[0] : high[0]], layer, shadow_px=3 * radius_px)


def _bone_radius_px(joints_frame_px: Floats, shorter_side_px: int) -> float:
    """Half a bone's width: follows the hand's size, within what suits the picture's."""
    hand_px = float(np.ptp(joints_frame_px, axis=0).max())
    wanted_px = min(max(HAND_SHARE * hand_px, PICTURE_SHARES[0] * shorter_side_px), PICTURE_SHARES[1] * shorter_side_px)
    return max(wanted_px, THINNEST_PX)


def _opacities(scores: Floats) -> NDArray[np.float64]:
    return np.interp(scores, (0.0, FULL_SCORE), (FAINTEST, 1.0))


def _draw_bones(
    layer: NDArray[np.uint8],
    joints_px: Floats,
    opacities: NDArray[np.float64],
    radius_px: float,
    colours: Sequence[Colour],
) -> None:
    """On ``(height, width, 4)`` RGB times opacity, and opacity."""
    outline_px = OUTLINE_WIDTH * radius_px + 0.35
    bone_opacities = opacities[BONE_ENDS].min(axis=1).tolist()
    outlines = _bones(joints_px, BONE_RADII * radius_px + outline_px)
    cores = _bones(joints_px, BONE_RADII * radius_px)
    for first in range(0, len(BONES), 4):  # finger by finger: a crossing finger's outline parts the two
        finger = range(first, first + 4)
        for bone in finger:
            _fill(layer, outlines[bone], _ink(DARK, OUTLINE_OPACITY * bone_opacities[bone]))
        for bone in finger:
            _fill(layer, cores[bone], _ink(colours[BONES[bone][1]], bone_opacities[bone]))


def _draw_dots(
    layer: NDArray[np.uint8],
    joints_px: Floats,
    opacities: NDArray[np.float64],
    radius_px: float,
    colours: Sequence[Colour],
) -> None:
    centres = _fixed(joints_px).tolist()
    radii = _fixed(DOT_RADII * radius_px - FILL_GROWTH).tolist()
    rims = _fixed((DOT_RADII + RIM_WIDTH) * radius_px - FILL_GROWTH + 0.1).tolist()
    for centre, radius, rim, colour, opacity in zip(centres, radii, rims, colours, opacities.tolist(), strict=True):
        cv2.circle(layer, centre, rim, _ink(RIM, opacity), cv2.FILLED, cv2.LINE_AA, SHIFT)
        cv2.circle(layer, centre, radius, _ink(colour, opacity), cv2.FILLED, cv2.LINE_AA, SHIFT)


def _fill(layer: NDArray[np.uint8], corners: NDArray[np.int32], ink: tuple[float, ...]) -> None:
    cv2.fillConvexPoly(layer, corners, ink, cv2.LINE_AA, SHIFT)


def _ink(colour: Colour, opacity: float) -> tuple[float, ...]:
    return (colour[0] * opacity, colour[1] * opacity, colour[2] * opacity, 255 * opacity)


def _bones(joints_px: Floats, radii_px: NDArray[np.float64]) -> NDArray[np.int32]:
    ends = joints_px[BONE_ENDS]
    along = ends[:, 1] - ends[:, 0]
    across = along[:, ::-1] * (-1, 1) / np.linalg.norm(along, axis=1, keepdims=True).clip(min=1e-6)
    offsets = across[:, None] * (radii_px[BONE_ENDS, None] - FILL_GROWTH)
    return _fixed(np.concatenate([ends + offsets, (ends - offsets)[:, ::-1]], axis=1))


def _fixed(lengths_px: NDArray[np.floating]) -> NDArray[np.int32]:
    return np.asarray(np.rint(lengths_px * (1 << SHIFT)), dtype=np.int32)


def _blend(region: Image, layer: NDArray[np.uint8], shadow_px: float) -> None:
    opacity = layer[..., 3]
    shade = cv2.stackBlur(opacity, (2 * round(shadow_px) + 1,) * 2)
    through = cv2.multiply(255 - opacity, 255 - cv2.convertScaleAbs(shade, alpha=SHADOW_OPACITY), scale=1 / 255)
    cv2.multiply(region, cv2.cvtColor(through, cv2.COLOR_GRAY2RGB), dst=region, scale=1 / 255)
    cv2.add(region, cv2.cvtColor(layer, cv2.COLOR_RGBA2RGB), dst=region)
