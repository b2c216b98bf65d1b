"""The docks that look closely at hands: one for each hand, and a plot of the last seconds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QDockWidget

from handpose_live.runtime.inspection import Inspection
from handpose_live.ui.inspector.hand_panel import PANEL_WIDTH, HandPanel
from handpose_live.ui.inspector.history import History
from handpose_live.ui.theme.dock import DockTitle, scrolled

if TYPE_CHECKING:
    from handpose_live.ui.inspector.plot import Plot
    from handpose_live.ui.window import Window

HANDS = 2
NO_HAND = "No hand"
PLOT_HEIGHT = 250


class Inspector(QObject):
    """Keeps a hand in its dock for as long as it is followed.

    Attributes:
        toggled: whether anything of it is open, so that hands are to be looked at closely.
        docks: of the hands.
        plot_dock: of the plot.
    """

    toggled = pyqtSignal(bool)

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self.history = History()
        self.panels = [HandPanel(self.history) for _ in range(HANDS)]
        self.docks = [self._dock(number, panel) for number, panel in enumerate(self.panels, start=1)]
        self.plot_dock = QDockWidget("Plot", window)
        self.plot_dock.setObjectName("plot")
        self.plot_dock.setTitleBarWidget(DockTitle(self.plot_dock))
        self._plot: Plot | None = None

    def add_docks(self) -> None:
        """Put the docks into the window, closed."""
        for dock in self.docks:
            self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self._window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.plot_dock)
        self._window.tabifyDockWidget(*self.docks)
        for dock in (*self.docks, self.plot_dock):
            dock.hide()
            dock.visibilityChanged.connect(self._tell)

    @property
    def is_open(self) -> bool:
        """Anything of it is open."""
        return any(not dock.isHidden() for dock in (*self.docks, self.plot_dock))

    def show_hands(self, on: bool) -> None:
        """Open or close the docks of the hands."""
        for dock in self.docks:
            dock.setVisible(on)
        if on:
            self.docks[0].raise_()
            self._window.resizeDocks(self.docks[:1], [PANEL_WIDTH], Qt.Orientation.Horizontal)

    def show_plot(self, on: bool) -> None:
        """Open or close the plot; its library is loaded when it is first opened."""
        self.plot_dock.setVisible(on)
        if on:
            self._window.resizeDocks([self.plot_dock], [PLOT_HEIGHT], Qt.Orientation.Vertical)

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
        dock = QDockWidget(NO_HAND, self._window)
        dock.setObjectName(f"hand{number}")
        dock.setTitleBarWidget(DockTitle(dock))
        dock.setWidget(scrolled(panel, "Hand"))
        return dock

    def _fill_plot(self) -> None:
        from handpose_live.ui.inspector.plot import Plot

        self._plot = Plot(self.history)
        self.plot_dock.setWidget(scrolled(self._plot, "Plot"))

    def _tell(self) -> None:
        if self._plot is None and not self.plot_dock.isHidden():
            self._fill_plot()
        actions = self._window.actions_
        actions.check("inspect", any(not dock.isHidden() for dock in self.docks))
        actions.check("plot", not self.plot_dock.isHidden())
        self.toggled.emit(self.is_open)


def assign(before: Sequence[int | None], tracks: Sequence[int]) -> list[int | None]:
    """Which of the tracks each place shows: the one it showed before, else the first that no place has.

    Returns:
        For each place the position of its track, or None.
    """
    places: list[int | None] = [tracks.index(track) if track in tracks else None for track in before]
    free = [position for position in range(len(tracks)) if position not in places]
    return [place if place is not None or not free else free.pop(0) for place in places]
