"""The options dock: tracking, skeleton, recording."""

from contextlib import suppress
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
from handpose_live.ui.theme.dock import DockTitle, scroll_area

WIDTH, MIN_WIDTH, MARGIN, LABEL_WIDTH = 312, 240, 16, 76
PADDING = 18  # px left and right of a button's text, with the border
HANDS = tuple(map(int, RANGES["max_hands"]))
SHORTEST, LONGEST = RANGES["hand_length_mm"]
COLOURS = {"By finger": "fingers", "Colour-blind safe": "colour_blind", "By side": "sides", "Single colour": "single"}
VIDEOS = {"Annotated": "annotated", "Clean": "clean", "Both": "both"}


class Options(QDockWidget):
    """Edits the settings; every change takes effect at once.

    Attributes:
        changed: emitted with the new settings when the user changes one of them.
    """

    changed = pyqtSignal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Options", parent)
        self.setObjectName("options")
        self.setTitleBarWidget(DockTitle(self))
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self.setFeatures(self.features() & ~QDockWidget.DockWidgetFeature.DockWidgetFloatable)
        self._settings = Settings()
        self._is_updating = False
        self.max_hands = ComboBox()
        self.max_hands.addItems([str(count) for count in range(HANDS[0], HANDS[1] + 1)])
        self.smoothing, self.min_score, self.thickness = _slider(0, 100), _slider(0, 95), _slider(50, 300)
        self.hand_length = QLineEdit()
        self.hand_length.setPlaceholderText("Not measured")
        self.hand_length.setToolTip(
            f"From the wrist crease to the tip of your middle finger, {SHORTEST} to {LONGEST} mm: "
            "joints in 3D are then in mm. Cannot be changed during a recording."
        )
        self.colours, self.videos = ComboBox(), ComboBox()
        self.colours.addItems(list(COLOURS))
        self.videos.addItems(list(VIDEOS))
        self.mirrored = CheckBox("As shown")
        self.mirrored.setToolTip("Record the selfie view flipped, as shown. Joints and clean video are never flipped.")
        self.landmarks, self.folder, self.pattern = CheckBox("Save joints (.jsonl)"), _PathButton(), QLineEdit()
        self.pattern.setToolTip("{date}, {time} and {source} are replaced")
        self._build_layout()
        self._connect()

    def show_settings(self, settings: Settings) -> None:
        """Show settings without emitting :attr:`changed`."""
        self._settings = settings
        tracking, style, recording = settings.tracking, settings.style, settings.recording
        self._is_updating = True
        self.max_hands.setCurrentText(str(tracking.max_hands))
        self.smoothing.setValue(round(100 * tracking.smoothing))
        self.min_score.setValue(round(100 * tracking.min_score))
        self.thickness.setValue(round(100 * style.thickness))
        self.colours.setCurrentIndex(list(COLOURS.values()).index(style.colours))
        self.videos.setCurrentIndex(list(VIDEOS.values()).index(recording.videos))
        self.landmarks.setChecked(recording.landmarks)
        self.mirrored.setChecked(recording.mirrored)
        self._is_updating = False
        if not self.hand_length.hasFocus():
            self._show_hand_length()
        if not self.pattern.hasFocus():
            self.pattern.setText(recording.pattern)
            self.pattern.setCursorPosition(0)
        self.folder.set_path(str(recording.directory))

    def show_recording(self, recording: bool) -> None:
        """Take changes only that a recording in progress allows: its files have one unit."""
        self.hand_length.setDisabled(recording)

    def _build_layout(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        content.setMaximumWidth(WIDTH)
        column.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        column.setSpacing(4)
        groups: dict[str, dict[str, QWidget]] = {
            "Tracking": {
                **{"Max hands": self.max_hands, "Smoothing": self.smoothing, "Min score": self.min_score},
                "Hand length": self.hand_length,
            },
            "Skeleton": {"Colours": self.colours, "Thickness": self.thickness},
            "Recording": {
                **{"Video": self.videos, "Mirror": self.mirrored, "": self.landmarks},
                **{"Folder": self.folder, "File name": self.pattern},
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
        area = scroll_area(content, "Options")
        area.setMinimumWidth(MIN_WIDTH)
        self.setWidget(area)

    def _connect(self) -> None:
        self.max_hands.currentTextChanged.connect(lambda text: self._change("tracking", max_hands=int(text)))
        self.smoothing.valueChanged.connect(lambda value: self._change("tracking", smoothing=value / 100))
        self.min_score.valueChanged.connect(lambda value: self._change("tracking", min_score=value / 100))
        self.hand_length.editingFinished.connect(self._change_hand_length)
        self.thickness.valueChanged.connect(lambda value: self._change("style", thickness=value / 100))
        self.colours.currentTextChanged.connect(lambda text: self._change("style", colours=COLOURS[text]))
        self.videos.currentTextChanged.connect(lambda text: self._change("recording", videos=VIDEOS[text]))
        self.landmarks.toggled.connect(lambda on: self._change("recording", landmarks=on))
        self.mirrored.toggled.connect(lambda on: self._change("recording", mirrored=on))
        self.pattern.editingFinished.connect(lambda: self._change("recording", pattern=self.pattern.text()))
        self.folder.clicked.connect(self._choose_folder)

    def _change(self, part: str, **values: Any) -> None:
        if self._is_updating:
            return
        changed = replace(getattr(self._settings, part), **values)
        self.changed.emit(replace(self._settings, **{part: changed}))

    def _change_hand_length(self) -> None:
        """Take a length in range, or none; show the one before in place of anything else."""
        text = self.hand_length.text().removesuffix("mm").strip()
        with suppress(ValueError):
            length_mm = float(text) if text else None
            is_valid = length_mm is None or SHORTEST <= length_mm <= LONGEST
            if is_valid and length_mm != self._settings.tracking.hand_length_mm:
                self._change("tracking", hand_length_mm=length_mm)
        self._show_hand_length()

    def _show_hand_length(self) -> None:
        length_mm = self._settings.tracking.hand_length_mm
        self.hand_length.setText("" if length_mm is None else f"{length_mm:g} mm")

    def _choose_folder(self) -> None:
        before = str(self._settings.recording.directory)
        if path := QFileDialog.getExistingDirectory(self, "Folder for recordings", before):
            self._change("recording", folder=path)


class _PathButton(QPushButton):
    """A button labelled with a path, elided to its width; the tooltip has all of it."""

    def set_path(self, path: str) -> None:
        """Show a path."""
        self.setToolTip(path)
        self.setAccessibleDescription(path)
        self._elide()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        text_width = self.width() - 2 * PADDING
        self.setText(self.fontMetrics().elidedText(self.toolTip(), Qt.TextElideMode.ElideMiddle, text_width))


def _slider(low: int, high: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(low, high)
    slider.setPageStep((high - low) // 10)
    return slider
