"""The dock of options: tracking, look, recording."""

from dataclasses import replace
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QDockWidget,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from handpose_live.runtime.settings import RANGES, Settings
from handpose_live.ui.theme.controls import CheckBox, ComboBox
from handpose_live.ui.theme.dock import DockTitle, scrolled

WIDTH, MIN_WIDTH, MARGIN, LABEL_WIDTH = 312, 240, 16, 76
PADDING = 18  # of a button's text, with its border
HANDS = tuple(map(int, RANGES["max_hands"]))
COLOURS = {"By finger": "fingers", "Colour-blind safe": "colour_blind", "By side": "sides", "One for all": "single"}
VIDEOS = {"Annotated": "annotated", "Clean": "clean", "Both": "both"}


class Options(QDockWidget):
    """Changes settings as soon as a control is touched.

    Attributes:
        changed: the settings as they are to be now.
    """

    changed = pyqtSignal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Options", parent)
        self.setObjectName("options")
        self.setTitleBarWidget(DockTitle(self))
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self.setFeatures(self.features() & ~QDockWidget.DockWidgetFeature.DockWidgetFloatable)
        self._settings = Settings()
        self._is_showing = False
        self.max_hands = ComboBox()
        self.max_hands.addItems([str(count) for count in range(HANDS[0], HANDS[1] + 1)])
        self.smoothing, self.min_score, self.thickness = _slider(0, 100), _slider(0, 95), _slider(50, 300)
        self.colours, self.videos = ComboBox(), ComboBox()
        self.colours.addItems(list(COLOURS))
        self.videos.addItems(list(VIDEOS))
        self.mirrored = CheckBox("As shown")
        self.mirrored.setToolTip("Record a selfie view flipped as it is shown; joints and clean video never are")
        self.landmarks, self.folder, self.pattern = CheckBox("Joints too (.jsonl)"), _PathButton(), QLineEdit()
        self.pattern.setToolTip("{date}, {time} and {source} are filled in")
        self._lay_out()
        self._connect()

    def show_settings(self, settings: Settings) -> None:
        """Show settings without announcing them."""
        self._settings = settings
        tracking, style, plan = settings.tracking, settings.style, settings.recording
        self._is_showing = True
        self.max_hands.setCurrentText(str(tracking.max_hands))
        self.smoothing.setValue(round(100 * tracking.smoothing))
        self.min_score.setValue(round(100 * tracking.min_score))
        self.thickness.setValue(round(100 * style.thickness))
        self.colours.setCurrentIndex(list(COLOURS.values()).index(style.colours))
        self.videos.setCurrentIndex(list(VIDEOS.values()).index(plan.videos))
        self.landmarks.setChecked(plan.landmarks)
        self.mirrored.setChecked(plan.mirrored)
        self._is_showing = False
        if not self.pattern.hasFocus():
            self.pattern.setText(plan.pattern)
            self.pattern.setCursorPosition(0)
        self.folder.put(str(plan.directory))

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        content.setMaximumWidth(WIDTH)
        column.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        column.setSpacing(4)
        groups: dict[str, dict[str, QWidget]] = {
            "Tracking": {"Most hands": self.max_hands, "Smoothing": self.smoothing, "Least score": self.min_score},
            "Skeleton": {"Colours": self.colours, "Thickness": self.thickness},
            "Recording": {
                **{"Video": self.videos, "Mirror": self.mirrored, "": self.landmarks},
                **{"Folder": self.folder, "Name": self.pattern},
            },
        }
        for title, rows in groups.items():
            section = QLabel(title.upper())
            section.setObjectName("section")
            section.setContentsMargins(0, 12, 0, 4)
            column.addWidget(section)
            form = QFormLayout()
            form.setHorizontalSpacing(16)
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            form.setVerticalSpacing(8)
            for name, control in rows.items():
                control.setMinimumWidth(0)
                control.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
                control.setAccessibleName(name or control.property("text"))
                label = QLabel(name)
                label.setBuddy(control)
                label.setMinimumWidth(LABEL_WIDTH)
                form.addRow(label, control)
            column.addLayout(form)
        column.addStretch()
        area = scrolled(content, "Options")
        area.setMinimumWidth(MIN_WIDTH)
        self.setWidget(area)

    def _connect(self) -> None:
        self.max_hands.currentTextChanged.connect(lambda text: self._change("tracking", max_hands=int(text)))
        self.smoothing.valueChanged.connect(lambda value: self._change("tracking", smoothing=value / 100))
        self.min_score.valueChanged.connect(lambda value: self._change("tracking", min_score=value / 100))
        self.thickness.valueChanged.connect(lambda value: self._change("style", thickness=value / 100))
        self.colours.currentTextChanged.connect(lambda text: self._change("style", colours=COLOURS[text]))
        self.videos.currentTextChanged.connect(lambda text: self._change("recording", videos=VIDEOS[text]))
        self.landmarks.toggled.connect(lambda on: self._change("recording", landmarks=on))
        self.mirrored.toggled.connect(lambda on: self._change("recording", mirrored=on))
        self.pattern.editingFinished.connect(lambda: self._change("recording", pattern=self.pattern.text()))
        self.folder.clicked.connect(self._choose_folder)

    def _change(self, part: str, **values: Any) -> None:
        if self._is_showing:
            return
        changed = replace(getattr(self._settings, part), **values)
        self.changed.emit(replace(self._settings, **{part: changed}))

    def _choose_folder(self) -> None:
        before = str(self._settings.recording.directory)
        if path := QFileDialog.getExistingDirectory(self, "Folder for recordings", before):
            self._change("recording", folder=path)


class _PathButton(QPushButton):
    """A path, of which as much is shown as there is room for."""

    def put(self, path: str) -> None:
        """Show this path; pointing at it shows the whole."""
        self.setToolTip(path)
        self.setAccessibleDescription(path)
        self._shorten()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        room = self.width() - 2 * PADDING
        self.setText(self.fontMetrics().elidedText(self.toolTip(), Qt.TextElideMode.ElideMiddle, room))


def _slider(low: int, high: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(low, high)
    slider.setPageStep((high - low) // 10)
    return slider
