"""Chosen values over the last ten seconds."""

import pyqtgraph
from PyQt6.QtCore import QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from handpose_live.ui.inspector.history import PLOTTED, SPAN_S, History
from handpose_live.ui.theme import theme
from handpose_live.ui.theme.controls import ComboBox

MIN_HEIGHT = 170
LINE, SAMPLE, GAP = 2.0, 24, 16
FIRST, SECOND = "Index bend", "Pinch"
# What the lines of the legend stand for: the colour they have in a theme, and whether they are dashed.
LEGEND = {"Left hand": ("left", False), "Right hand": ("right", False), "Second of its side": ("dim", True)}


def pen(colour: str, *, dashed: bool) -> QPen:
    """What a curve is drawn with; ``colour`` names one of the theme."""
    line = QPen(QColor(getattr(theme.current.colours, colour)), LINE)
    line.setStyle(Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
    line.setCosmetic(True)  # as wide on the screen whatever the axes' scales
    return line


class Plot(QWidget):
    """Two values side by side, a curve for each hand."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history
        self.choices = (ComboBox(), ComboBox())
        self._plots = (pyqtgraph.PlotWidget(), pyqtgraph.PlotWidget())
        self._curves: list[dict[int, pyqtgraph.PlotDataItem]] = [{}, {}]
        self.setAccessibleName("Plot")
        row = QHBoxLayout()
        row.setSpacing(16)
        places = zip(self.choices, self._plots, (FIRST, SECOND), ("Left", "Right"), strict=True)
        for choice, plot, first, place in places:
            choice.addItems(list(PLOTTED))
            choice.setCurrentText(first)
            choice.setAccessibleName(f"{place} plot shows")
            choice.currentTextChanged.connect(lambda _: self.draw())
            column = QVBoxLayout()
            column.addWidget(choice, alignment=Qt.AlignmentFlag.AlignLeft)
            column.addWidget(plot)
            row.addLayout(column)
            _set_up(plot)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 8, 16, 8)
        rows.addWidget(Legend())
        rows.addLayout(row)
        self.setMinimumHeight(MIN_HEIGHT)
        theme.current.changed.connect(self._paint)
        self._paint()

    def draw(self) -> None:
        """Show the history as it is now."""
        tracks = self._history.tracks
        for choice, plot, curves in zip(self.choices, self._plots, self._curves, strict=True):
            name = choice.currentText()
            unit = PLOTTED[name]
            plot.setLabel("left", unit)
            plot.setAccessibleName(f"{name} over the last {SPAN_S:.0f} seconds, {unit}")
            for track in [track for track in curves if track not in tracks]:
                plot.removeItem(curves.pop(track))
            for track in tracks:
                if track not in curves:
                    curves[track] = plot.plot()
                curves[track].setPen(pen(self._history.side(track), dashed=self._history.is_second(track)))
                curves[track].setData(*self._history.curve(track, name))

    def _paint(self) -> None:
        colours = theme.current.colours
        for plot in self._plots:
            plot.setBackground(colours.surface)
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(colours.border)
                axis.setTextPen(colours.dim)
        self.draw()


class Legend(QWidget):
    """Which line is whose."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Legend")
        self.setAccessibleDescription(", ".join(LEGEND))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = self.fontMetrics()
        return QSize(sum(SAMPLE + 6 + metrics.horizontalAdvance(name) + GAP for name in LEGEND), metrics.height() + 2)

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, middle = self.fontMetrics(), self.height() / 2
        x = 0
        for name, (colour, dashed) in LEGEND.items():
            painter.setPen(pen(colour, dashed=dashed))
            painter.drawLine(QPointF(x, middle), QPointF(x + SAMPLE, middle))
            painter.setPen(QColor(theme.current.colours.dim))
            painter.drawText(QPointF(x + SAMPLE + 6, middle + metrics.capHeight() / 2), name)
            x += SAMPLE + 6 + metrics.horizontalAdvance(name) + GAP


def _set_up(plot: pyqtgraph.PlotWidget) -> None:
    plot.setMouseEnabled(False, False)
    plot.setMinimumSize(0, 0)
    for part in (plot, plot.viewport()):
        part.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # there is nothing to do in it
    plot.hideButtons()
    plot.setMenuEnabled(False)
    plot.setXRange(-SPAN_S, 0, padding=0.01)
    plot.setLabel("bottom", "Time before now, s")
    plot.sizeHint = lambda: QSize(200, MIN_HEIGHT)
    plot.showGrid(x=True, y=True, alpha=0.15)
