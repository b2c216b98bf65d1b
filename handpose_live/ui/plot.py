"""Chosen values over the last ten seconds."""

import pyqtgraph
from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from handpose_live.ui import theme
from handpose_live.ui.choice import Choice
from handpose_live.ui.history import PLOTTED, SPAN_S, History

LEAST_HEIGHT = 160
CURVES = ("#22d3ee", "#fb923c", "#a3e635", "#f472b6")
FIRST, SECOND = "Index bend", "Pinch"


class Plot(QWidget):
    """Two values, one below the other, a curve for each hand."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history
        self.choices = (Choice(), Choice())
        self._plots = (pyqtgraph.PlotWidget(), pyqtgraph.PlotWidget())
        self._curves: list[dict[int, pyqtgraph.PlotDataItem]] = [{}, {}]
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        for choice, plot, first in zip(self.choices, self._plots, (FIRST, SECOND), strict=True):
            choice.addItems(list(PLOTTED))
            choice.setCurrentText(first)
            choice.currentTextChanged.connect(lambda _: self.draw())
            column = QVBoxLayout()
            head = QHBoxLayout()
            head.addWidget(choice)
            head.addWidget(QLabel("of the last 10 s"))
            head.addStretch()
            column.addLayout(head)
            column.addWidget(plot)
            row.addLayout(column)
            plot.setMouseEnabled(False, False)
            plot.setMinimumSize(0, 0)
            plot.hideButtons()
            plot.setMenuEnabled(False)
            plot.setXRange(-SPAN_S, 0, padding=0.01)
            plot.sizeHint = lambda: QSize(200, LEAST_HEIGHT)
            plot.showGrid(x=True, y=True, alpha=0.15)
        self.setMinimumHeight(LEAST_HEIGHT)
        theme.current.changed.connect(self._paint)
        self._paint()

    def draw(self) -> None:
        """Show the history as it is now."""
        for choice, plot, curves in zip(self.choices, self._plots, self._curves, strict=True):
            name, tracks = choice.currentText(), self._history.tracks
            plot.setLabel("left", "", PLOTTED[name])
            for track in [track for track in curves if track not in tracks]:
                plot.removeItem(curves.pop(track))
            for track in tracks:
                if track not in curves:
                    curves[track] = plot.plot(pen=pyqtgraph.mkPen(CURVES[track % len(CURVES)], width=2))
                curves[track].setData(*self._history.curve(track, name))

    def _paint(self) -> None:
        colours = theme.current.colours
        for plot in self._plots:
            plot.setBackground(colours.surface)
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(colours.edge)
                axis.setTextPen(colours.dim)
