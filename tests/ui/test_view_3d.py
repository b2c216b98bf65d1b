"""The view of a hand in three dimensions: its geometry, what it draws, and how it is turned."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from handpose_live.overlay.colours import FINGER_COLOURS, Colour
from handpose_live.runtime.inspection import Inspection
from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side
from handpose_live.types.skeleton import FINGERS
from handpose_live.ui.inspector.hand_scene import ABOVE, BELOW, HandScene, centred
from handpose_live.ui.inspector.orbit import Orbit
from handpose_live.ui.inspector.view_3d import NO_DEPTHS, View3D
from handpose_live.ui.theme.style import DARK
from tests.posed_hands import posed_hand_3d
from tests.ui.conftest import Start
from tests.ui.fakes import FakeCamera, session_factory
from tests.ui.test_inspector import inspections, mouse, open_inspector
from tests.ui.test_window import press
from tests.ui.window_helpers import TIMEOUT_MS, do

SIDE = 264
CAMERA = Orbit()
ALL_AROUND = [Orbit(yaw, pitch) for yaw, pitch in product(range(-180, 180, 30), range(-90, 91, 30))]
GREEN, CYAN, BLUE, _, RED = FINGER_COLOURS
Pixels = NDArray[np.int_]


def inspected(joints_3d: Floats | None, side: Side = "right") -> Inspection:
    one = inspections()[side == "right"]
    return replace(one, hand=replace(one.hand, joints_3d=joints_3d))


def pixels(image: QImage) -> Pixels:
    """Return ``(h, w, 3)`` RGB."""
    colours = [[image.pixelColor(x, y).getRgb()[:3] for x in range(image.width())] for y in range(image.height())]
    return np.array(colours)


def drawn(inspection: Inspection, orbit: Orbit = CAMERA, *, selfie: bool = False, highlighted: int = -1) -> Pixels:
    view = View3D()
    view.resize(SIDE, SIDE)
    view.show_hand(inspection, selfie=selfie)
    view.turn(orbit)
    view.highlight(highlighted)
    return pixels(view.grab().toImage())


def middle_x(image: Pixels, colour: Colour) -> float:
    """Return where pixels of about the hue of a finger are, on average."""
    hue = np.array(colour) / max(colour)
    strongest = image.max(axis=2, keepdims=True)
    alike = (np.abs(image / strongest.clip(min=1) - hue).max(axis=2) < 0.2) & (strongest[..., 0] > 90)
    assert alike.sum() > 50
    return float(np.nonzero(alike)[1].mean())


# ---------------------------------------------------------------------- geometry


def test_the_camera_sees_what_is_near_larger_and_everything_else_in_place() -> None:
    near, middle, far = Orbit().project(np.array([(0.4, 0.3, -1), (0.4, 0.3, 0), (0.4, 0.3, 1)], np.float32))
    assert middle == pytest.approx([0.4, 0.3, 1.0])
    assert near[0] > middle[0] > far[0] > 0
    assert near[2] > 1 > far[2]


@pytest.mark.parametrize(
    ("turn", "moved"), [((30, 0), (1, 0)), ((-30, 0), (-1, 0)), ((0, 30), (0, 1)), ((0, -30), (0, -1))]
)
def test_the_near_side_follows_the_mouse(turn: tuple[float, float], moved: tuple[int, int]) -> None:
    (near,) = Orbit().turned(*turn).project(np.array([(0, 0, -1)], np.float32))
    assert np.sign(np.round(near[:2], 5)).tolist() == list(moved)


def test_the_hand_turns_all_around_but_not_head_over_heels() -> None:
    assert Orbit(170, 80).turned(30, 30) == Orbit(-160, 90)
    assert Orbit(-170, -80).turned(-30, -30) == Orbit(160, -90)


@pytest.mark.parametrize("gesture", ["spread", "fist", "pointing", "thumb up", "victory"])
def test_a_hand_fits_into_the_view_from_everywhere(gesture: str) -> None:
    for number, orbit in product(range(4), ALL_AROUND):
        projected = orbit.project(centred(posed_hand_3d(gesture, number)))
        assert np.abs(projected[:, 0]).max() < ABOVE
        assert -ABOVE < projected[:, 1].min() <= projected[:, 1].max() < BELOW


# ---------------------------------------------------------------------- drawing


def test_joints_in_millimetres_and_in_palm_sizes_look_the_same(qtbot: QtBot) -> None:  # noqa: ARG001
    joints = posed_hand_3d("open")
    difference = drawn(inspected(joints)) - drawn(inspected(93 * joints))
    assert np.abs(difference).max() <= 2


@pytest.mark.parametrize(("side", "selfie"), list(product(("left", "right"), (False, True))))
def test_the_hand_is_the_way_round_that_the_picture_shows_it(qtbot: QtBot, side: Side, selfie: bool) -> None:  # noqa: ARG001
    inspection = inspected(posed_hand_3d("open", left=side == "left"), side)
    image = drawn(inspection, selfie=selfie)
    thumb_is_on_the_right = (side == "right") != selfie
    assert (middle_x(image, GREEN) > middle_x(image, RED)) == thumb_is_on_the_right
    behind = drawn(inspection, Orbit(180, 0), selfie=selfie)
    assert (middle_x(behind, GREEN) < middle_x(behind, RED)) == thumb_is_on_the_right


def colour_at(inspection: Inspection, joint: int, orbit: Orbit = CAMERA) -> Pixels:
    """Return the colour at the middle of a joint."""
    assert inspection.hand.joints_3d is not None
    x, y, _ = orbit.project(centred(inspection.hand.joints_3d))[joint]
    scale = SIDE / (ABOVE + BELOW)
    row, column = int(ABOVE * scale + y * scale), int(SIDE / 2 + x * scale)
    colour: Pixels = drawn(inspection, orbit)[row, column]
    return colour


def test_what_is_nearer_covers_what_is_behind_it(qtbot: QtBot) -> None:  # noqa: ARG001
    joints = posed_hand_3d("open")
    joints[4] = joints[9] + (0, 0, -0.5)
    inspection = inspected(joints)
    assert colour_at(inspection, 4).argmax() == 1, "the green tip of the thumb"
    assert colour_at(inspection, 9, Orbit(180, 0)).argmax() == 2, "the blue knuckle"


def test_what_is_nearer_is_bolder(qtbot: QtBot) -> None:  # noqa: ARG001
    def area(depth: float) -> int:
        joints = posed_hand_3d("spread")
        joints[5:9, 2] += depth
        image = drawn(inspected(joints))
        return int((np.abs(image / image.max(axis=2, keepdims=True) - np.array(CYAN) / 255).max(axis=2) < 0.25).sum())

    assert area(-0.5) > 1.3 * area(0.5)


def test_a_covered_joint_is_hollow_in_3d_too(qtbot: QtBot) -> None:  # noqa: ARG001
    inspection, tip = inspected(posed_hand_3d("spread")), FINGERS[2].joints[3]
    covered = np.ones(21, np.float32)
    covered[tip] = 0.1
    hollow = replace(inspection, hand=replace(inspection.hand, visible_scores=covered))
    assert np.abs(colour_at(hollow, tip) - QColor(DARK.control).getRgb()[:3]).max() < 10
    assert np.abs(colour_at(inspection, tip) - BLUE).max() < 60


def test_a_highlighted_joint_is_larger(qtbot: QtBot) -> None:  # noqa: ARG001
    inspection = inspected(posed_hand_3d("open"))
    assert (drawn(inspection, highlighted=12) != drawn(inspection)).any(axis=2).sum() > 40


def test_the_floor_is_hidden_from_below(qtbot: QtBot) -> None:  # noqa: ARG001
    def floor_is_drawn(orbit: Orbit) -> bool:
        image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
        image.fill(QColor(DARK.control))
        painter = QPainter(image)
        scene = HandScene(painter, QRectF(0, 0, SIDE, SIDE), orbit)
        scene._draw_floor()
        painter.end()
        return bool((pixels(image) != pixels(image)[0, 0]).any())

    assert [floor_is_drawn(Orbit(20, pitch)) for pitch in (-60, 0, 60)] == [False, True, True]


def test_a_network_without_depths_is_explained(qtbot: QtBot) -> None:
    view = View3D()
    qtbot.addWidget(view)
    view.resize(SIDE, SIDE)
    view.show_hand(None, selfie=False)
    empty = view.grab().toImage()
    view.show_hand(inspected(None), selfie=False)
    assert view.grab().toImage() != empty
    assert view.accessibleDescription() == NO_DEPTHS


def test_the_view_follows_the_theme_of_the_hands(start: Start) -> None:
    window = open_inspector(start)
    view = window.inspector.panels[1].view_3d
    view.show_hand(inspected(posed_hand_3d("open")), selfie=False)
    before = view.grab().toImage()
    window.options.colours.setCurrentText("Colour-blind safe")
    view.show_hand(inspected(posed_hand_3d("open")), selfie=False)
    assert view.grab().toImage() != before


def test_the_selfie_view_of_a_camera_mirrors_the_hand_in_3d(qtbot: QtBot, start: Start) -> None:
    camera = FakeCamera(1, then="hang")
    window = start(session_factory(camera), "0")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    do(window, "inspect")
    assert window.display.state is not None
    window.display.state = replace(window.display.state, inspections=[inspected(posed_hand_3d("open"))])
    window.display._show_hands()
    view = window.inspector.panels[0].view_3d
    assert window.display.state.style.selfie
    mirrored = pixels(view.grab().toImage())
    do(window, "selfie")
    unmirrored = pixels(view.grab().toImage())
    assert middle_x(mirrored, GREEN) < middle_x(mirrored, RED)
    assert middle_x(unmirrored, GREEN) > middle_x(unmirrored, RED)
    camera.release.set()


# ---------------------------------------------------------------------- turning


@pytest.fixture
def view(qtbot: QtBot, start: Start) -> View3D:
    """Return the focused view of the first hand in an open window."""
    window = open_inspector(start)
    view = window.inspector.panels[0].view_3d
    view.show_hand(inspected(posed_hand_3d("open")), selfie=False)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=TIMEOUT_MS)
    view.setFocus()
    qtbot.waitUntil(view.hasFocus, timeout=TIMEOUT_MS)
    return view


def test_dragging_turns_the_hand_and_a_double_click_returns_to_the_cameras_view(view: View3D) -> None:
    before, start, end = view.grab().toImage(), QPointF(100, 100), QPointF(100 + view.width() / 4, 100)
    view.mousePressEvent(mouse(QEvent.Type.MouseButtonPress, start))
    view.mouseMoveEvent(mouse(QEvent.Type.MouseMove, end))
    view.mouseReleaseEvent(mouse(QEvent.Type.MouseButtonRelease, end))
    assert view.orbit.yaw_deg == pytest.approx(45)
    assert view.grab().toImage() != before
    assert view.accessibleDescription().startswith("Turned 45° right. ")
    view.mouseDoubleClickEvent(mouse(QEvent.Type.MouseButtonDblClick, end))
    assert view.orbit == Orbit()
    assert view.grab().toImage() == before


def test_the_arrow_keys_turn_the_hand_and_home_returns_to_the_cameras_view(view: View3D) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up):
        press(view, key)
    assert view.orbit == Orbit(30, -15)
    assert view.accessibleDescription().startswith("Turned 30° right and 15° up")
    press(view, Qt.Key.Key_Home)
    assert view.orbit == Orbit()
    assert view.accessibleDescription().startswith("The camera's view")


def test_another_hand_is_seen_from_the_same_side(view: View3D) -> None:
    press(view, Qt.Key.Key_Right)
    view.show_hand(None, selfie=False)
    view.show_hand(inspected(posed_hand_3d("fist")), selfie=False)
    assert view.orbit == Orbit(15, 0)
