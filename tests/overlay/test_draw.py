"""Drawing of skeletons on an image."""

from dataclasses import replace

import numpy as np
import pytest

from handpose_live.overlay.colours import FINGER_COLOURS
from handpose_live.overlay.draw import OverlayStyle, draw_hands
from handpose_live.overlay.labels import place_labels
from handpose_live.types.arrays import Image
from handpose_live.types.gesture import Gesture
from handpose_live.types.hand import Hand, Side
from handpose_live.types.skeleton import FINGERS
from tests.hands import spread_hand

SIDES: tuple[Side, Side] = ("left", "right")


def plain(width: int, height: int, grey: int) -> Image:
    return np.full((height, width, 3), grey, np.uint8)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_every_fingertip_has_the_colour_of_its_finger_on_any_background(grey: int) -> None:
    hand = spread_hand(wrist=(320, 400), length_px=300)
    drawn = draw_hands(plain(640, 480, grey), [hand])
    for finger, colour in zip(FINGERS, FINGER_COLOURS, strict=True):
        x, y = hand.joints[finger.joints[3]].astype(int)
        assert np.abs(drawn[y, x].astype(int) - colour).max() <= 2, finger.name


def test_dots_are_centred_on_their_joints() -> None:
    hand = spread_hand(wrist=(320.3, 400.8), length_px=300)
    drawn = draw_hands(plain(640, 480, 0), [hand])
    for finger in FINGERS:
        tip_x, tip_y = hand.joints[finger.joints[3]]
        near = drawn[int(tip_y) - 12 : int(tip_y) + 13, int(tip_x) - 12 : int(tip_x) + 13].min(axis=2)
        rows, columns = np.nonzero(near > 200)  # the white rim around the tip
        assert columns.mean() + int(tip_x) - 12 + 0.5 == pytest.approx(tip_x, abs=0.6)
        assert rows.mean() + int(tip_y) - 12 + 0.5 == pytest.approx(tip_y, abs=0.6)


def test_the_captured_image_is_not_modified() -> None:
    image = plain(640, 480, 90)
    drawn = draw_hands(image, [spread_hand(wrist=(320, 400), length_px=300)])
    assert (image == 90).all()
    assert (drawn != 90).any()


def test_without_hands_the_image_is_copied_unchanged() -> None:
    image = plain(64, 48, 90)
    drawn = draw_hands(image, [])
    assert (drawn == image).all()
    assert drawn is not image


def test_bones_stand_out_from_white_by_a_dark_border() -> None:
    drawn = draw_hands(plain(640, 480, 255), [spread_hand(wrist=(320, 400), length_px=300)])
    assert drawn[100:380].max(axis=2).min() < 150


def test_an_uncertain_joint_is_fainter() -> None:
    certain, uncertain = (spread_hand(wrist=(320, 400), length_px=300, joint_score=score) for score in (0.9, 0.05))
    strength = [draw_hands(plain(640, 480, 0), [hand])[:380].astype(int).sum() for hand in (certain, uncertain)]
    assert 0 < strength[1] < strength[0] / 2


def covered_hand(visible_score: float, *, width: int = 640, height: int = 480) -> Hand:
    """Create a hand whose ring finger has this visible score; everything else is seen."""
    hand = spread_hand(wrist=(width / 2, 0.83 * height), length_px=0.62 * height)
    scores = np.ones(21, np.float32)
    scores[list(FINGERS[3].joints)] = visible_score
    return replace(hand, visible_scores=scores)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_covered_joint_is_a_ring_in_the_colour_of_its_finger(grey: int) -> None:
    hand, colour = covered_hand(0.1), np.array(FINGER_COLOURS[3])
    drawn = draw_hands(plain(640, 480, grey), [hand], OverlayStyle(bones=False, labels=False)).astype(int)
    x, y = hand.joints[FINGERS[3].joints[3]].astype(int)
    assert np.ptp(drawn[y, x]) < 30, "the background shows through"
    around = np.abs(drawn[y - 10 : y + 11, x - 10 : x + 11] - colour).max(axis=2) < 40
    rows, columns = np.nonzero(around)
    assert around.sum() > 40
    assert np.hypot(rows - 10, columns - 10).min() > 3
    x, y = hand.joints[FINGERS[2].joints[3]].astype(int)
    assert np.abs(drawn[y, x] - FINGER_COLOURS[2]).max() <= 2, "the joints of other fingers are filled"


def test_the_bones_of_covered_joints_are_thinner_and_fainter() -> None:
    def across(visible_score: float) -> tuple[int, int]:
        """Return how wide and how bright the outermost bone of the ring finger is on black."""
        hand = covered_hand(visible_score)
        drawn = draw_hands(plain(640, 480, 0), [hand], OverlayStyle(labels=False))
        dip, tip = hand.joints[list(FINGERS[3].joints[2:])]
        x, y = ((dip + tip) / 2).astype(int)
        line = drawn[y, x - 12 : x + 13].max(axis=1)
        return int((line > 60).sum()), int(line.max())

    (width, brightness), (covered_width, covered_brightness) = across(0.9), across(0.1)
    assert covered_width <= 0.7 * width
    assert covered_brightness < 0.8 * brightness


def test_a_joint_fills_gradually_with_its_visible_score() -> None:
    steps = np.linspace(0, 1, 41)
    tip = spread_hand(wrist=(320, 0.83 * 480), length_px=0.62 * 480).joints[FINGERS[3].joints[3]].astype(int)
    drawn = [draw_hands(plain(640, 480, 0), [covered_hand(score)])[tip[1], tip[0]].max() for score in steps]
    changes = np.diff(np.array(drawn, int))
    assert (changes >= 0).all()
    assert changes.sum() > 150
    assert changes.max() < 50, "it does not flicker"


def test_a_hand_without_visible_scores_is_drawn_as_if_all_were_seen() -> None:
    hand = covered_hand(1.0)
    without = draw_hands(plain(640, 480, 90), [replace(hand, visible_scores=None)])
    assert (draw_hands(plain(640, 480, 90), [hand]) == without).all()


@pytest.mark.parametrize(("width", "height"), [(96, 72), (160, 120), (3840, 2160)])
def test_covered_joints_differ_at_any_size(width: int, height: int) -> None:
    seen, covered = (
        draw_hands(plain(width, height, 128), [covered_hand(score, width=width, height=height)]).astype(int)
        for score in (0.9, 0.1)
    )
    joints = covered_hand(0.1, width=width, height=height).joints[list(FINGERS[3].joints)].astype(int)
    for x, y in joints:
        assert np.abs(seen - covered)[y - 2 : y + 3, x - 2 : x + 3].max() > 60


def test_line_widths_scale_with_the_image_and_with_the_hand_within_limits() -> None:
    def drawn_area(width: int, height: int, length_px: float) -> float:
        """Return the drawn area divided by the length of the hand, a measure of the line width."""
        hand = spread_hand(wrist=(width / 2, height * 0.9), length_px=length_px)
        drawn = draw_hands(plain(width, height, 0), [hand])
        return float((drawn[: int(height * 0.85)].max(axis=2) > 60).sum() / length_px)

    assert drawn_area(3840, 2160, 1500) == pytest.approx(drawn_area(640, 480, 1500 / 4.5) * 4.5, rel=0.15)
    assert drawn_area(640, 480, 90) < drawn_area(640, 480, 300)
    assert drawn_area(3840, 2160, 250) < drawn_area(3840, 2160, 1500)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (16, 16), (160, 120), (121, 333), (3840, 2160)])
@pytest.mark.parametrize("wrist", [(0, 0), (1, 0.5), (0.5, 1), (0, 1), (1, 1), (-0.4, 0.5), (3, 3), (-9, -9)])
def test_a_hand_may_cross_any_edge_or_be_outside(width: int, height: int, wrist: tuple[float, float]) -> None:
    hand = spread_hand(wrist=(wrist[0] * width, wrist[1] * height), length_px=0.6 * height)
    assert draw_hands(plain(width, height, 90), [hand]).shape == (height, width, 3)


def test_a_hand_shrunk_to_a_point_is_drawn() -> None:
    hand = spread_hand(wrist=(80, 60), length_px=0)
    assert (draw_hands(plain(160, 120, 0), [hand])[55:65, 75:85] > 100).any()


def draw_on_black(style: OverlayStyle, hand: Hand | None = None) -> Image:
    """Draw a hand in this style on a black image."""
    return draw_hands(plain(640, 480, 0), [hand or spread_hand(wrist=(200, 400), length_px=250)], style)


def test_a_selfie_view_flips_the_image_and_the_hands_but_not_the_text() -> None:
    image = plain(640, 480, 0)
    image[:, :100] = 120
    hand = spread_hand(wrist=(200, 400), length_px=250)
    drawn = draw_hands(image, [hand], OverlayStyle(selfie=True))
    assert drawn[10, 600, 0] == 120
    assert drawn[10, 40, 0] == 0
    expected = draw_hands(np.ascontiguousarray(image[:, ::-1]), [hand.flipped(640)])
    assert (drawn == expected).all()
    assert hand.flipped(640).side == hand.side
    unlabelled = OverlayStyle(labels=False)
    flipped_back = draw_hands(image, [hand], replace(unlabelled, selfie=True))[:, ::-1]
    difference = np.abs(flipped_back.astype(int) - draw_hands(image, [hand], unlabelled))
    assert difference.mean() < 0.2


def test_without_the_overlay_the_image_is_unchanged() -> None:
    image = plain(64, 48, 90)
    hand = spread_hand(wrist=(30, 40), length_px=30)
    assert (draw_hands(image, [hand], OverlayStyle(overlay=False)) == image).all()


def test_colours_differ_by_finger_or_by_side_or_are_all_the_same() -> None:
    joints = spread_hand(wrist=(200, 400), length_px=250).joints
    for scheme, count in (("fingers", 5), ("sides", 1), ("single", 1)):
        drawn = draw_on_black(OverlayStyle(colours=scheme))  # type: ignore[arg-type]
        tips = {tuple(drawn[int(y), int(x)].tolist()) for x, y in joints[[4, 8, 12, 16, 20]]}
        assert len(tips) == count
    left, right = [
        draw_on_black(OverlayStyle(colours="sides"), spread_hand(wrist=(200, 400), length_px=250, side=side))
        for side in SIDES
    ]
    x, y = joints[8].astype(int)
    assert (left[y, x] != right[y, x]).any()


@pytest.mark.parametrize("extra", [OverlayStyle(names=True), OverlayStyle(boxes=True), OverlayStyle(thickness=2)])
def test_names_boxes_and_thickness_increase_the_drawn_area(extra: OverlayStyle) -> None:
    assert (draw_on_black(extra) > 60).sum() > 1.05 * (draw_on_black(OverlayStyle()) > 60).sum()


@pytest.mark.parametrize("less", [OverlayStyle(bones=False), OverlayStyle(labels=False)])
def test_hiding_bones_or_labels_reduces_the_drawn_area(less: OverlayStyle) -> None:
    assert (draw_on_black(less) > 60).sum() < 0.99 * (draw_on_black(OverlayStyle()) > 60).sum()


def test_a_label_names_the_gesture() -> None:
    hand = spread_hand(wrist=(200, 300), length_px=200)
    with_gesture = replace(hand, gesture=Gesture("thumb_up", 0.9))
    assert place_labels([with_gesture], 640, 480)[0].width > place_labels([hand], 640, 480)[0].width + 40
