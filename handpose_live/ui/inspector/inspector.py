"""The docks that look closely at hands: one for each hand, and a plot of the last seconds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QDockWidget, QWidget

from handpose_live.gestures.hand_shape import hand_shape
from handpose_live.runtime.inspection import Inspection
from handpose_live.types.hand import Hand
from handpose_live.types.skeleton import JOINT_NAMES
from handpose_live.ui.inspector.hand_panel import HandPanel
from handpose_live.ui.inspector.history import History
from handpose_live.ui.theme.dock import DockTitle, scrolled

if TYPE_CHECKING:
    from handpose_live.ui.inspector.plot import Plot

HANDS = 2
NO_HAND = "No hand"
PLOT_HEIGHT = 250


class Inspector(QObject):
    """Keeps a hand in its dock for as long as it is followed.

    Attributes:
        opened_changed: whether anything of it is open, so that hands are to be inspected.
        hands_visible_changed, plot_visible_changed: whether the docks of the hands, or the plot, are open.
        docks: of the hands.
        plot_dock: of the plot.
    """

    opened_changed = pyqtSignal(bool)
    hands_visible_changed = pyqtSignal(bool)
    plot_visible_changed = pyqtSignal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.history = History()
        self.panels = [HandPanel(self.history) for _ in range(HANDS)]
        self.docks = [self._dock(number, panel) for number, panel in enumerate(self.panels, start=1)]
        self.plot_dock = QDockWidget("Plot", parent)
        self.plot_dock.setObjectName("plot")
        self.plot_dock.setTitleBarWidget(DockTitle(self.plot_dock))
        self._plot: Plot | None = None
        for dock in (*self.docks, self.plot_dock):
            dock.visibilityChanged.connect(self._announce)

    @property
    def is_open(self) -> bool:
        """Anything of it is open."""
        return any(not dock.isHidden() for dock in (*self.docks, self.plot_dock))

    def set_hands_visible(self, on: bool) -> None:
        """Open or close the docks of the hands."""
        for dock in self.docks:
            dock.setVisible(on)
        if on:
            self.docks[0].raise_()

    def set_plot_visible(self, on: bool) -> None:
        """Open or close the plot; its library is loaded when it is first opened."""
        self.plot_dock.setVisible(on)

    def show_frame(self, time_s: float, inspections: Sequence[Inspection]) -> None:
        """Show the hands of a frame."""
        if not self.is_open:
            return
        self.history.add(time_s, inspections)
        placed = assign([panel.track for panel in self.panels], [one.hand.track_id for one in inspections])
        for panel, dock, place in zip(self.panels, self.docks, placed, strict=True):
            one = inspections[place] if place is not None else None
            panel.show_hand(one)
            dock.setWindowTitle(self.history.title(one.hand.track_id) if one is not None else NO_HAND)
        if self._plot is not None and not self.plot_dock.isHidden():
            self._plot.draw()

    def clear(self) -> None:
        """There is no frame any more."""
        self.history.clear()
        for panel, dock in zip(self.panels, self.docks, strict=True):
            panel.show_hand(None)
            dock.setWindowTitle(NO_HAND)

    def _dock(self, number: int, panel: HandPanel) -> QDockWidget:
        dock = QDockWidget(NO_HAND, self._parent)
        dock.setObjectName(f"hand{number}")
        dock.setTitleBarWidget(DockTitle(dock))
        dock.setWidget(scrolled(panel, "Hand"))
        return dock

    def _fill_plot(self) -> None:
        from handpose_live.ui.inspector.plot import Plot

        self._plot = Plot(self.history)
        self.plot_dock.setWidget(scrolled(self._plot, "Plot"))

    def _announce(self) -> None:
        if self._plot is None and not self.plot_dock.isHidden():
            self._fill_plot()
        self.hands_visible_changed.emit(any(not dock.isHidden() for dock in self.docks))
        self.plot_visible_changed.emit(not self.plot_dock.isHidden())
        self.opened_changed.emit(self.is_open)


def assign(before: Sequence[int | None], tracks: Sequence[int]) -> list[int | None]:
    """Which of the tracks each place shows: the one it showed before, else the first that no place has.

    Returns:
        For each place the position of its track, or None.
    """
    places: list[int | None] = [tracks.index(track) if track in tracks else None for track in before]
    free = [position for position in range(len(tracks)) if position not in places]
    return [place if place is not None or not free else free.pop(0) for place in places]


def as_record(hand: Hand) -> dict[str, Any]:
    """A hand as JSON takes it, with its measures."""
    shape = hand_shape(hand.joints, left=hand.side == "left")
    rows = zip(JOINT_NAMES, hand.joints.tolist(), hand.joint_scores.tolist(), strict=True)
    joints = {name: {"x": round(x, 2), "y": round(y, 2), "score": round(score, 3)} for name, (x, y), score in rows}
    return {
        "track": hand.track_id,
        "side": hand.side,
        "score": round(float(hand.score), 3),
        "gesture": hand.gesture.name if hand.gesture else None,
        "facing": shape.facing,
        "points_deg": round(shape.points_deg, 1),
        "measures": {name: round(value, 3) for name, value in shape.measures.items()},
        "joints": joints,
    }
