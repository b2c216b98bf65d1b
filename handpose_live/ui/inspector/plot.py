"""Plots of selected values over the last ten seconds."""

import pyqtgraph
from PyQt6.QtCore import QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from handpose_live.ui.inspector.history import PLOTTED, SPAN_S, HandHistory
from handpose_live.ui.theme import theme
from handpose_live.ui.theme.controls import ComboBox

MIN_HEIGHT = 170
LINE_WIDTH, SAMPLE_WIDTH, GAP = 2.0, 24, 16
FIRST, SECOND = "Index bend", "Pinch"
# The lines of the legend: their colour in the theme, and whether they are dashed.
LEGEND = {
    "Left hand": ("left_hand", False),
    "Right hand": ("right_hand", False),
    "Second hand of a side": ("muted_text", True),
}


def pen(colour: str, *, dashed: bool) -> QPen:
    """The pen of a curve; ``colour`` is the name of a theme colour."""
    line = QPen(QColor(getattr(theme.current.colours, colour)), LINE_WIDTH)
    line.setStyle(Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
    line.setCosmetic(True)  # line width in px, independent of the axes
    return line


class Plot(QWidget):
    """Two plots side by side, with a curve for each hand."""

    def __init__(self, history: HandHistory) -> None:
        super().__init__()
        self._history = history
        self.choices = (ComboBox(), ComboBox())
        self._plots = (pyqtgraph.PlotWidget(), pyqtgraph.PlotWidget())
        self._curves: list[dict[int, pyqtgraph.PlotDataItem]] = [{}, {}]
        self.setAccessibleName("Plot")
        row = QHBoxLayout()
        row.setSpacing(16)
        plots = zip(self.choices, self._plots, (FIRST, SECOND), ("Left", "Right"), strict=True)
        for choice, plot, first, position in plots:
            choice.addItems(list(PLOTTED))
            choice.setCurrentText(first)
            choice.setAccessibleName(f"{position} plot shows")
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
        theme.current.changed.connect(self._update_colours)
        self._update_colours()

    def draw(self) -> None:
        """Plot the current history."""
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
                curves[track].setPen(pen(f"{self._history.side(track)}_hand", dashed=self._history.is_second(track)))
                curves[track].setData(*self._history.series(track, name))

    def _update_colours(self) -> None:
        colours = theme.current.colours
        for plot in self._plots:
            plot.setBackground(colours.surface)
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(colours.border)
                axis.setTextPen(colours.muted_text)
        self.draw()


class Legend(QWidget):
    """Names the hands that the curves belong to."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Legend")
        self.setAccessibleDescription(", ".join(LEGEND))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = self.fontMetrics()
        return QSize(
            sum(SAMPLE_WIDTH + 6 + metrics.horizontalAdvance(name) + GAP for name in LEGEND), metrics.height() + 2
        )

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, middle = self.fontMetrics(), self.height() / 2
        x = 0
        for name, (colour, dashed) in LEGEND.items():
            painter.setPen(pen(colour, dashed=dashed))
            painter.drawLine(QPointF(x, middle), QPointF(x + SAMPLE_WIDTH, middle))
            painter.setPen(QColor(theme.current.colours.muted_text))
            painter.drawText(QPointF(x + SAMPLE_WIDTH + 6, middle + metrics.capHeight() / 2), name)
            x += SAMPLE_WIDTH + 6 + metrics.horizontalAdvance(name) + GAP


def _set_up(plot: pyqtgraph.PlotWidget) -> None:
    plot.setMouseEnabled(False, False)
    plot.setMinimumSize(0, 0)
    for part in (plot, plot.viewport()):
        part.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it is not interactive
    plot.hideButtons()
    plot.setMenuEnabled(False)
    plot.setXRange(-SPAN_S, 0, padding=0.01)
    plot.setLabel("bottom", "Time before now, s")
    plot.sizeHint = lambda: QSize(200, MIN_HEIGHT)
    plot.showGrid(x=True, y=True, alpha=0.15)
