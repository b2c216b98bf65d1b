"""The inspector: its computations for each hand, and the content of its docks."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from handpose_live.gestures.joint_angles import ANGLE_NAMES
from handpose_live.runtime.inspection import SHOWN_PX, Inspection, inspect, nearest_joint
from handpose_live.types.frame import Frame
from handpose_live.types.gesture import Gesture
from handpose_live.types.hand import Side
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.inspector.gesture_strip import GestureStrip
from handpose_live.ui.inspector.heatmaps import grid_image, overlay_image
from handpose_live.ui.inspector.history import PLOTTED, SPAN_S, HandHistory
from handpose_live.ui.inspector.inspector import Inspector, assign
from handpose_live.ui.inspector.plot import LEGEND, Legend
from handpose_live.ui.theme.style import DARK
from handpose_live.ui.window import Window
from tests.hands import spread_hand
from tests.ui.conftest import Start
from tests.ui.fakes import TwoHandsDetector, session_factory, trained, untrained

TIMEOUT_MS = 60_000
LEFT = replace(spread_hand(wrist=(200, 400), length_px=250, side="left", track=3), gesture=Gesture("open_palm", 0.9))
RIGHT = spread_hand(wrist=(450, 400), length_px=250, side="right", track=5)
FRAME = Frame(np.full((480, 640, 3), 90, np.uint8), 0, 0.0)


def inspections(time_s: float = 0.0, gesture: str = "open_palm") -> list[Inspection]:
    angles_deg = {name: 40.0 + number for number, name in enumerate(ANGLE_NAMES)}
    hand = replace(LEFT, gesture=Gesture(gesture, 0.9) if gesture else None, angles_deg=angles_deg)
    return inspect(Frame(FRAME.image, 0, time_s), [hand, RIGHT], untrained())


def open_inspector(start: Start) -> Window:
    window = start(session_factory())
    window.actions_[ActionKey.INSPECT].trigger()
    window.inspector.show_frame(0.0, inspections())
    return window


# ---------------------------------------------------------------------- computation


def test_an_inspection_has_the_crop_its_joints_and_21_heatmaps() -> None:
    left, right = inspections()
    assert left.crop.shape == (SHOWN_PX, SHOWN_PX, 3)
    assert left.heatmaps.shape[0] == 21
    assert left.heatmaps.max(axis=(1, 2)) == pytest.approx(np.ones(21), abs=1e-4)
    middle = (left.joints_crop.min(axis=0) + left.joints_crop.max(axis=0)) / 2
    assert middle == pytest.approx([0.5, 0.5], abs=0.02)
    assert left.shape.facing != right.shape.facing


def test_a_frame_without_hands_needs_no_inspection() -> None:
    assert inspect(FRAME, [], untrained()) == []


def test_the_history_keeps_ten_seconds_of_values_and_gestures() -> None:
    history = HandHistory()
    for tenth in range(150):
        history.add(tenth / 10, inspections(tenth / 10, "fist" if tenth < 100 else "")[:1] if tenth % 25 == 0 else [])
    times, values = history.series(3, "Index bend")
    assert len(times) == len(values)
    assert min(times) >= -SPAN_S
    assert max(times) <= 0
    assert [name for _, _, name in history.gestures(3)] == ["fist"]
    history.add(0.0, [])
    assert history.tracks == []


def test_a_hand_stays_in_its_dock_for_as_long_as_it_is_tracked() -> None:
    assert assign([None, None], [4]) == [0, None]
    assert assign([4, None], [4, 6]) == [0, 1]
    assert assign([4, 6], [6]) == [None, 0]
    assert assign([None, 6], [6, 9]) == [1, 0]
    assert assign([1, 2], [7, 8, 9]) == [0, 1]


def test_a_joint_is_found_only_within_the_search_radius() -> None:
    joints = inspections()[0].joints_crop
    x, y = (joints[8] + 0.01).tolist()
    assert nearest_joint(joints, x, y, 0.05) == 8
    assert nearest_joint(joints, 0.01, 0.99, 0.05) == -1


def test_heatmaps_are_bright_where_they_are_high() -> None:
    heatmaps = np.zeros((21, 8, 8), np.float32)
    heatmaps[9, 2, 3] = 1
    grid = grid_image(heatmaps, 7)
    bright = [
        (x, y) for y in range(grid.height()) for x in range(grid.width()) if grid.pixelColor(x, y).lightness() > 100
    ]
    assert bright == [(2 * 8 + 3, 8 + 2)]
    assert overlay_image(heatmaps[9]).pixelColor(3, 2).alpha() > 200
    assert overlay_image(heatmaps[9]).pixelColor(0, 0).alpha() == 0


# ---------------------------------------------------------------------- display


def test_each_hand_has_a_dock_with_its_gesture_and_figures(start: Start) -> None:
    window = open_inspector(start)
    first, second = window.inspector.panels
    assert [dock.windowTitle() for dock in window.inspector.docks] == ["Left hand", "Right hand"]
    assert first.gesture.text() == "Open palm  90%"
    assert second.gesture.text() == "No gesture"
    assert "Spread" in first.values.text()
    window.inspector.show_frame(0.1, [])
    assert first.gesture.text() == "No hand"


def test_each_hand_has_its_joint_angles_and_without_depths_it_has_none(start: Start) -> None:
    first, second = open_inspector(start).inspector.panels
    description = first.bars.accessibleDescription()
    assert description.startswith("thumb cmc 40°, thumb abduction 41°")
    assert "little dip 59°" in description
    assert "palm" not in description
    assert second.bars.accessibleDescription() == ""
    assert first.bars.grab().toImage() != second.bars.grab().toImage()


def test_every_joint_angle_can_be_plotted() -> None:
    history = HandHistory()
    history.add(0.0, inspections())
    for title, name in {"Index PIP": "index_pip", "Thumb CMC": "thumb_cmc", "Ring abduction": "ring_abduction"}.items():
        assert PLOTTED[title] == "degrees"
        assert history.series(3, title)[1] == [inspections()[0].shape.angles_deg[name]]
    assert len([title for title in PLOTTED if title.split()[-1] in ("MCP", "PIP", "DIP", "IP", "CMC")]) == 15


@pytest.mark.parametrize(
    ("points_deg", "text"),
    [(-0.3, "points up"), (-30.2, "points 30° left of up"), (90.0, "points 90° right of up")],
)
def test_the_direction_is_given_from_up_in_the_image(start: Start, points_deg: float, text: str) -> None:
    left, _ = inspections()
    panel = open_inspector(start).inspector.panels[0]
    panel.show_hand(replace(left, shape=replace(left.shape, points_deg=points_deg)))
    assert panel.direction.text().endswith(f", {text}")


def test_hovering_over_a_joint_names_it_and_shows_its_heatmap_over_the_crop(start: Start) -> None:
    window = open_inspector(start)
    panel = window.inspector.panels[0]
    assert panel.crop.inspection is not None
    x, y = panel.crop.inspection.joints_crop[8].tolist()
    at = panel.crop._at(x, y)
    before = panel.crop.grab().toImage()
    panel.crop.mouseMoveEvent(mouse(QEvent.Type.MouseMove, at))
    assert panel.joint.text().startswith("index tip")
    assert "90%" in panel.joint.text()
    assert panel.crop.grab().toImage() != before
    panel.crop.mousePressEvent(mouse(QEvent.Type.MouseButtonPress, at))
    panel.crop.mouseMoveEvent(mouse(QEvent.Type.MouseMove, QPointF(2, 2)))
    assert panel.joint.text().startswith("index tip")
    panel.crop.mousePressEvent(mouse(QEvent.Type.MouseButtonPress, at))
    assert panel.joint.text() == "Hover over a joint, or press an arrow key"


def test_a_covered_joint_is_hollow_and_named_as_such(start: Start) -> None:
    panel = open_inspector(start).inspector.panels[0]
    seen = inspections()[0]
    covered = replace(seen, hand=replace(seen.hand, visible_scores=np.full(21, 0.1, np.float32)))
    images, texts = [], []
    for inspection in (seen, covered):
        panel.show_hand(inspection)
        images.append(panel.crop.grab().toImage())
        panel.crop.joint_hovered.emit(8)
        texts.append(panel.joint.text())
        panel.crop.joint_hovered.emit(-1)
    assert images[0] != images[1]
    assert not texts[0].endswith("probably covered")
    assert texts[1].endswith("probably covered")


def mouse(kind: QEvent.Type, at: QPointF) -> QMouseEvent:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    return QMouseEvent(kind, at, at, left, left, none)


def test_hands_are_inspected_only_while_a_dock_is_open(qtbot: QtBot, start: Start, shared: object) -> None:
    window = start(session_factory(detector=TwoHandsDetector(), network=trained), f"{shared}/data/clips/scale_1.mp4")
    window.actions_[ActionKey.LOOP].setChecked(True)
    qtbot.waitUntil(
        lambda: window.display.state is not None and bool(window.display.state.result.hands), timeout=TIMEOUT_MS
    )
    assert window.display.state is not None
    assert window.display.state.inspections is None
    window.actions_[ActionKey.INSPECT].trigger()
    qtbot.waitUntil(
        lambda: window.display.state is not None and bool(window.display.state.inspections), timeout=TIMEOUT_MS
    )
    for dock in window.inspector.docks:
        dock.close()
    assert not window.actions_[ActionKey.INSPECT].isChecked()
    assert window.sources.player is not None
    assert not window.sources.player.inspecting


def test_the_plot_has_a_curve_for_each_hand(start: Start) -> None:
    window = open_inspector(start)
    window.actions_[ActionKey.PLOT].trigger()
    for tenth in range(5):
        window.inspector.show_frame(tenth / 10, inspections(tenth / 10))
    plot = window.inspector.plot
    assert plot is not None
    assert [len(curves) for curves in plot._curves] == [2, 2]
    plot.choices[0].setCurrentText("Hand score")
    xs, ys = plot._curves[0][3].getData()
    assert list(xs) == pytest.approx([-0.4, -0.3, -0.2, -0.1, 0.0])
    assert list(ys) == pytest.approx([97.0] * 5)


def inspections_of(time_s: float, *hands: tuple[int, Side]) -> list[Inspection]:
    """Return inspections of hands with these track ids and sides."""
    first = inspections(time_s)[0]
    return [replace(first, hand=replace(first.hand, track_id=track, side=side)) for track, side in hands]


def test_the_title_of_a_dock_names_its_hand(start: Start) -> None:
    window = start(session_factory())
    window.actions_[ActionKey.INSPECT].trigger()

    def titles(time_s: float, *hands: tuple[int, Side]) -> list[str]:
        window.inspector.show_frame(time_s, inspections_of(time_s, *hands))
        return [dock.windowTitle() for dock in window.inspector.docks]

    assert titles(0.0) == ["No hand", "No hand"]
    assert titles(0.1, (3, "right")) == ["Right hand", "No hand"]
    assert titles(0.2, (3, "right"), (4, "left")) == ["Right hand", "Left hand"]
    assert titles(0.3, (3, "left"), (4, "left"))[1] == "Left hand"
    assert titles(0.3, (3, "left"), (4, "left"))[0] == "Second left hand"
    assert titles(0.4, (4, "left")) == ["No hand", "Left hand"]
    assert titles(0.5, (4, "left"), (9, "left")) == ["Second left hand", "Left hand"]
    window.inspector.clear()
    assert {dock.windowTitle() for dock in window.inspector.docks} == {"No hand"}


def test_a_side_has_one_colour_in_the_plot_and_its_second_hand_is_dashed(start: Start) -> None:
    window = start(session_factory())
    window.actions_[ActionKey.PLOT].trigger()
    for tenth, hands in enumerate([((1, "left"), (2, "right")), ((1, "left"), (7, "left")), ((12, "right"),)]):
        window.inspector.show_frame(tenth / 10, inspections_of(tenth / 10, *hands))  # type: ignore[arg-type]
    plot = window.inspector.plot
    assert plot is not None
    for curves in plot._curves:
        pens = {track: curve.opts["pen"] for track, curve in curves.items()}
        colours = {track: pen.color().name() for track, pen in pens.items()}
        assert colours == {1: DARK.left_hand, 7: DARK.left_hand, 2: DARK.right_hand, 12: DARK.right_hand}
        dashed = [track for track, pen in pens.items() if pen.style() == Qt.PenStyle.DashLine]
        assert dashed == [7]


def test_the_plot_has_a_legend_and_units_on_its_axes(start: Start) -> None:
    window = open_inspector(start)
    window.actions_[ActionKey.PLOT].trigger()
    plot = window.inspector.plot
    assert plot is not None
    assert {"Left hand", "Right hand"} <= set(LEGEND)
    assert plot.findChildren(Legend)[0].isVisible()
    assert [plot_item.getAxis("left").labelText for plot_item in plot._plots] == ["degrees", "palms"]
    assert {plot_item.getAxis("bottom").labelText for plot_item in plot._plots} == {"Time before now, s"}


def test_the_gesture_strip_has_a_caption_and_a_time_axis(start: Start) -> None:
    window = open_inspector(start)
    panel = window.inspector.panels[0]
    assert "GESTURES, LAST 10 SECONDS" in [label.text() for label in panel.findChildren(QLabel)]
    assert panel.strip.height() == GestureStrip.STRIP + GestureStrip.AXIS
    image = panel.strip.grab().toImage()
    axis = [image.pixelColor(x, image.height() - 8).lightness() for x in range(image.width())]
    assert max(axis) > 100
    assert panel.strip.accessibleDescription() == "Open palm"
    assert (panel.strip.name_at(panel.strip.width()), panel.strip.name_at(0)) == ("Open palm", "")


def test_the_inspector_has_the_same_colours_as_the_overlay(start: Start) -> None:
    window = open_inspector(start)
    panel = window.inspector.panels[0]
    parts = (panel.crop, panel.bars, panel.grid)
    before = [part.grab().toImage() for part in parts]
    window.options.colours.setCurrentText("Colour-blind safe")
    assert all(part.grab().toImage() != image for part, image in zip(parts, before, strict=True))
    window.options.colours.setCurrentText("By finger")
    assert [part.grab().toImage() for part in parts] == before


# ---------------------------------------------------------------------- without the program's window


@pytest.fixture
def inspector(qtbot: QtBot) -> Iterator[Inspector]:
    """Create an inspector in an open, empty main window."""
    window = QMainWindow()
    qtbot.addWidget(window)
    inspector = Inspector(window)
    for dock in (*inspector.docks, inspector.plot_dock):
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.show()
    yield inspector
    window.close()


def test_the_docks_are_initially_closed_and_signal_each_change_once(inspector: Inspector) -> None:
    signalled: list[tuple[str, bool]] = []
    for name in ("hands_visible_changed", "plot_visible_changed", "opened_changed"):
        getattr(inspector, name).connect(lambda on, name=name: signalled.append((name.removesuffix("_changed"), on)))
    assert not inspector.is_open
    for change, expected in (
        (lambda: inspector.set_hands_visible(True), [("hands_visible", True), ("opened", True)]),
        (lambda: inspector.set_plot_visible(True), [("plot_visible", True)]),
        (lambda: inspector.set_plot_visible(True), []),
        (inspector.docks[0].close, []),
        (inspector.docks[1].close, [("hands_visible", False)]),
        (inspector.plot_dock.close, [("plot_visible", False), ("opened", False)]),
    ):
        change()
        assert signalled == expected
        signalled.clear()
    assert not inspector.is_open


def test_a_reopened_plot_shows_the_values_since_it_was_closed(inspector: Inspector) -> None:
    inspector.set_hands_visible(True)
    inspector.set_plot_visible(True)
    inspector.set_plot_visible(False)
    for tenth in range(3):
        inspector.show_frame(tenth / 10, inspections(tenth / 10))
    inspector.set_plot_visible(True)
    assert inspector.plot is not None
    assert [len(curves[3].getData()[0]) for curves in inspector.plot._curves] == [3, 3]
