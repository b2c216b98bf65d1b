"""Drawing hands on a copy of an image: bones, joints, labels, joint names, crop boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.overlay.certainty import GUESSED_BONE, fills, opacities
from handpose_live.overlay.colours import Colour, ColourScheme, joint_colours
from handpose_live.overlay.labels import draw_labels, draw_names
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.hand import Hand
from handpose_live.types.skeleton import BONES, FINGERS

OUTLINE_COLOUR: Colour = (12, 16, 28)
RIM_COLOUR: Colour = (255, 255, 255)
BOX_COLOUR: Colour = (255, 255, 255)

# Half the width of a bone: a share of the hand's longer side, limited to shares of the image's shorter side.
HAND_SHARE, IMAGE_SHARES, MIN_RADIUS_PX = 0.014, (0.0025, 0.009), 0.8
# In units of that half width. Bones taper towards the tip, whose dot is slightly larger.
BONE_RADII = np.array([1.0, *(1.0, 0.9, 0.8, 0.7) * len(FINGERS)])
DOT_RADII = np.array([1.7, *(1.35, 1.25, 1.2, 1.55) * len(FINGERS)])
RIM_WIDTH = 0.45
OUTLINE_WIDTH = 0.5
OUTLINE_OPACITY = 0.5
SHADOW_OPACITY = 0.45

# Of a joint that is probably covered: the opacity of its bones, the width of its ring and of the outline around it.
GUESSED_OPACITY, RING_WIDTH, RING_OUTLINE = 0.65, 0.7, 0.3

BONE_ENDS = np.array(BONES)

SHIFT = 4  # fractional bits of cv2's fixed-point coordinates
FILL_GROWTH_PX = 0.65  # by which cv2's anti-aliased fills are too wide on each side


class _Joints(NamedTuple):
    """The joints of a hand as they are drawn: position in px of the layer, colour, opacity and fill of each."""

    px: Floats
    colours: Sequence[Colour]
    opacities: NDArray[np.float64]
    fills: NDArray[np.float64]


@dataclass(frozen=True)
class OverlayStyle:
    """How hands are drawn. The fields are keys of the settings file.

    Attributes:
        selfie: flip the image first, as in a mirror; text stays readable.
        overlay: draw anything at all.
        colours: see :func:`joint_colours`.
        thickness: of bones and joints, 1 by default.
        bones, labels, names, boxes: draw the bones between the joints, the label of each hand, the name of each
            joint, the crop in which the network saw the hand.

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
    """Draw hands on a copy of an image.

    Args:
        image: ``(height, width, 3)`` uint8 RGB; not changed.
        hands: in the image, joints in px of it.
        style: what to draw, and how. With ``selfie``, the image is flipped with its hands.

    Returns:
        A new ``(height, width, 3)`` uint8 RGB image.

    Example:
        >>> import handpose_live as hp
        >>> frame, hands = next(result for result in hp.track_video("demo") if result[1])
        >>> image = hp.draw_hands(frame.image, hands, style=hp.OverlayStyle(names=True))
        >>> image.shape
        (480, 640, 3)
    """
    canvas = np.ascontiguousarray(image[:, ::-1]) if style.selfie else image.copy()
    if not style.overlay:
        return canvas
    if style.selfie:
        hands = [hand.flipped(image.shape[1]) for hand in hands]
    for hand in hands:
        if style.boxes:
            _draw_box(canvas, hand)
        _draw_skeleton(canvas, hand, style)
    if style.names:
        draw_names(canvas, hands)
    if style.labels:
        draw_labels(canvas, hands)
    return canvas


def _draw_box(canvas: Image, hand: Hand) -> None:
    corners = _fixed_point(hand.crop.corners - 0.5)[:, None]
    width = max(1, round(min(canvas.shape[:2]) / 480))
    cv2.polylines(canvas, [corners], True, OUTLINE_COLOUR, width + 2, cv2.LINE_AA, SHIFT)
    cv2.polylines(canvas, [corners], True, BOX_COLOUR, width, cv2.LINE_AA, SHIFT)


def _draw_skeleton(canvas: Image, hand: Hand, style: OverlayStyle) -> None:
    radius_px = style.thickness * _bone_radius_px(hand.joints, min(canvas.shape[:2]))
    around_px = 5 * radius_px
    low = np.floor(hand.joints.min(axis=0) - around_px).astype(int).clip(min=0)
    high = np.ceil(hand.joints.max(axis=0) + around_px).astype(int).clip(max=canvas.shape[1::-1])
    if (low >= high).any():
        return
    # Pixel centres are at +0.5 in frame px, at whole numbers in cv2.
    layer = np.zeros((high[1] - low[1], high[0] - low[0], 4), np.uint8)
    joints = _Joints(
        hand.joints - low - 0.5,
        joint_colours(style.colours, hand.side),
        opacities(hand.joint_scores),
        fills(hand.visible_scores),
    )
    if style.bones:
        _draw_bones(layer, joints, radius_px)
    _draw_dots(layer, joints, radius_px)
    _blend(canvas[low[1] : high[1], low[0] : high[0]], layer, shadow_px=3 * radius_px)


def _bone_radius_px(joints_frame_px: Floats, shorter_side_px: int) -> float:
    """Compute half the width of a bone, which follows the size of the hand within limits of the image size."""
    hand_px = float(np.ptp(joints_frame_px, axis=0).max())
    radius_px = min(max(HAND_SHARE * hand_px, IMAGE_SHARES[0] * shorter_side_px), IMAGE_SHARES[1] * shorter_side_px)
    return max(radius_px, MIN_RADIUS_PX)


def _draw_bones(layer: NDArray[np.uint8], joints: _Joints, radius_px: float) -> None:
    """Draw bones on a ``(height, width, 4)`` layer of RGBA with premultiplied alpha."""
    outline_px = OUTLINE_WIDTH * radius_px + 0.35
    radii_px = BONE_RADII * radius_px * (GUESSED_BONE + (1 - GUESSED_BONE) * joints.fills)
    shown = joints.opacities * (GUESSED_OPACITY + (1 - GUESSED_OPACITY) * joints.fills)
    bone_opacities = shown[BONE_ENDS].min(axis=1).tolist()
    outlines = _bones(joints.px, radii_px + outline_px)
    cores = _bones(joints.px, radii_px)
    for first in range(0, len(BONES), 4):  # by finger: the outline of a crossing finger separates the two
        finger = range(first, first + 4)
        for bone in finger:
            _fill(layer, outlines[bone], _premultiplied(OUTLINE_COLOUR, OUTLINE_OPACITY * bone_opacities[bone]))
        for bone in finger:
            _fill(layer, cores[bone], _premultiplied(joints.colours[BONES[bone][1]], bone_opacities[bone]))


def _draw_dots(layer: NDArray[np.uint8], joints: _Joints, radius_px: float) -> None:
    hollow = 1 - joints.fills
    centres = _fixed_point(joints.px).tolist()
    rims = _fixed_point((DOT_RADII + RIM_WIDTH + RING_OUTLINE * hollow) * radius_px - FILL_GROWTH_PX + 0.1).tolist()
    radii = _fixed_point((DOT_RADII + RIM_WIDTH * hollow) * radius_px - FILL_GROWTH_PX).tolist()
    holes = _fixed_point(((DOT_RADII + RIM_WIDTH - RING_WIDTH) * radius_px - FILL_GROWTH_PX).clip(min=0.1)).tolist()
    for centre, rim, radius, hole, colour, opacity, fill in zip(
        centres, rims, radii, holes, joints.colours, joints.opacities.tolist(), joints.fills.tolist(), strict=True
    ):
        rim_colour = np.add(
            _premultiplied(RIM_COLOUR, fill * opacity),
            _premultiplied(OUTLINE_COLOUR, (1 - fill) * OUTLINE_OPACITY * opacity),
        )
        _dot(layer, centre, rim, rim_colour.tolist())
        _dot(layer, centre, radius, _premultiplied(colour, opacity))
        if fill < 1:
            _dot(layer, centre, hole, _premultiplied(colour, opacity * fill))


def _dot(layer: NDArray[np.uint8], centre: Sequence[int], radius: int, colour: Sequence[float]) -> None:
    cv2.circle(layer, centre, radius, colour, cv2.FILLED, cv2.LINE_AA, SHIFT)


def _fill(layer: NDArray[np.uint8], corners: NDArray[np.int32], colour: tuple[float, ...]) -> None:
    cv2.fillConvexPoly(layer, corners, colour, cv2.LINE_AA, SHIFT)


def _premultiplied(colour: Colour, opacity: float) -> tuple[float, ...]:
    return (colour[0] * opacity, colour[1] * opacity, colour[2] * opacity, 255 * opacity)


def _bones(joints_px: Floats, radii_px: NDArray[np.float64]) -> NDArray[np.int32]:
    ends = joints_px[BONE_ENDS]
    along = ends[:, 1] - ends[:, 0]
    across = along[:, ::-1] * (-1, 1) / np.linalg.norm(along, axis=1, keepdims=True).clip(min=1e-6)
    offsets = across[:, None] * (radii_px[BONE_ENDS, None] - FILL_GROWTH_PX)
    return _fixed_point(np.concatenate([ends + offsets, (ends - offsets)[:, ::-1]], axis=1))


def _fixed_point(lengths_px: NDArray[np.floating]) -> NDArray[np.int32]:
    return np.asarray(np.rint(lengths_px * (1 << SHIFT)), dtype=np.int32)


def _blend(region: Image, layer: NDArray[np.uint8], shadow_px: float) -> None:
    opacity = layer[..., 3]
    shade = cv2.stackBlur(opacity, (2 * round(shadow_px) + 1,) * 2)
    through = cv2.multiply(255 - opacity, 255 - cv2.convertScaleAbs(shade, alpha=SHADOW_OPACITY), scale=1 / 255)
    cv2.multiply(region, cv2.cvtColor(through, cv2.COLOR_GRAY2RGB), dst=region, scale=1 / 255)
    cv2.add(region, cv2.cvtColor(layer, cv2.COLOR_RGBA2RGB), dst=region)
