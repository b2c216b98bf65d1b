"""The docks of the inspector: one for each hand, and one for the plot."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QDockWidget, QWidget

from handpose_live.runtime.inspection import Inspection
from handpose_live.ui.inspector.hand_panel import HandPanel
from handpose_live.ui.inspector.history import HandHistory
from handpose_live.ui.theme.dock import DockTitle, scroll_area

if TYPE_CHECKING:
    from handpose_live.ui.inspector.plot import Plot

HANDS = 2
PLOT_HEIGHT = 250  # px, when it is first opened
NO_HAND = "No hand"


class Inspector(QObject):
    """Shows each hand in the same dock for as long as it is tracked.

    The docks are closed at first; the window decides where they go.

    Attributes:
        opened_changed: whether any of the docks is open, so that hands have to be inspected.
        hands_visible_changed, plot_visible_changed: whether a dock of a hand, or the plot, is open.
        docks: one for each hand.
        plot_dock: of the plot, which is created when it is first shown.
    """

    opened_changed = pyqtSignal(bool)
    hands_visible_changed = pyqtSignal(bool)
    plot_visible_changed = pyqtSignal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.history = HandHistory()
        self.panels = [HandPanel(self.history) for _ in range(HANDS)]
        self.docks = [_dock(NO_HAND, f"hand{number}", parent) for number in range(1, HANDS + 1)]
        for dock, panel in zip(self.docks, self.panels, strict=True):
            dock.setWidget(scroll_area(panel, "Hand"))
        self.plot_dock = _dock("Plot", "plot", parent)
        self.plot: Plot | None = None
        self._visible = False, False  # the hands and the plot, as last announced
        for dock in (*self.docks, self.plot_dock):
            dock.visibilityChanged.connect(self._update_visible)

    @property
    def is_open(self) -> bool:
        """Whether any of the docks is open."""
        return self._hands_visible or self._plot_visible

    def set_hands_visible(self, visible: bool) -> None:
        """Open or close the docks of the hands."""
        for dock in self.docks:
            dock.setVisible(visible)
        if visible:
            self.docks[0].raise_()

    def set_plot_visible(self, visible: bool) -> None:
        """Open or close the plot; its library is imported when it is first opened."""
        self.plot_dock.setVisible(visible)

    def show_frame(self, time_s: float, inspections: Sequence[Inspection], *, selfie: bool = False) -> None:
        """Show the hands of a frame; with ``selfie``, the window's picture of it is mirrored."""
        if not self.is_open:
            return
        self.history.add(time_s, inspections)
        positions = assign([panel.track for panel in self.panels], [one.hand.track_id for one in inspections])
        for panel, dock, position in zip(self.panels, self.docks, positions, strict=True):
            inspection = inspections[position] if position is not None else None
            panel.show_hand(inspection, selfie=selfie)
            dock.setWindowTitle(self.history.title(inspection.hand.track_id) if inspection is not None else NO_HAND)
        if self.plot is not None and self._plot_visible:
            self.plot.draw()

    def clear(self) -> None:
        """Show no hands and clear their history."""
        self.history.clear()
        for panel, dock in zip(self.panels, self.docks, strict=True):
            panel.show_hand(None)
            dock.setWindowTitle(NO_HAND)

    @property
    def _hands_visible(self) -> bool:
        return any(not dock.isHidden() for dock in self.docks)

    @property
    def _plot_visible(self) -> bool:
        return not self.plot_dock.isHidden()

    def _update_visible(self) -> None:
        before, self._visible = self._visible, (self._hands_visible, self._plot_visible)
        hands, plot = self._visible
        if plot and not before[1]:
            self._draw_plot()
        for signal, old, new in (
            (self.hands_visible_changed, before[0], hands),
            (self.plot_visible_changed, before[1], plot),
            (self.opened_changed, any(before), hands or plot),
        ):
            if new != old:
                signal.emit(new)

    def _draw_plot(self) -> None:
        from handpose_live.ui.inspector.plot import Plot

        if self.plot is None:
            self.plot = Plot(self.history)
            self.plot_dock.setWidget(scroll_area(self.plot, "Plot"))
        self.plot.draw()


def assign(shown: Sequence[int | None], tracks: Sequence[int]) -> list[int | None]:
    """Assign tracks to docks: each dock keeps its track while that exists, else takes the first free one.

    Args:
        shown: the track that each dock shows, or None.
        tracks: the tracks of the new frame.

    Returns:
        For each dock the position of its track in ``tracks``, or None.
    """
    positions: list[int | None] = [tracks.index(track) if track in tracks else None for track in shown]
    free = [position for position in range(len(tracks)) if position not in positions]
    return [position if position is not None or not free else free.pop(0) for position in positions]


def _dock(title: str, name: str, parent: QWidget) -> QDockWidget:
    """A closed dock; ``name`` identifies it in the saved layout."""
    dock = QDockWidget(title, parent)
    dock.setObjectName(name)
    dock.setTitleBarWidget(DockTitle(dock))
    dock.hide()
    return dock
