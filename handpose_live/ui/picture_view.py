"""The picture, as large as there is room."""

from typing import cast

import numpy as np
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from handpose_live.capture.frame import Image
from handpose_live.ui.geometry import letterbox
from handpose_live.ui.panel import Notice, Panel
from handpose_live.ui.style import GROUND

LEAST_WIDTH, LEAST_HEIGHT = 320, 200
ROOM_FOR_SIGN = 320
DIMMED = 0.35


class PictureView(QWidget):
    """Shows a picture whole and undistorted, or says why there is none.

    Attributes:
        panel: words over the picture, which is dimmed under them.
        notice: words on its lower edge.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.panel, self.notice = Panel(), Notice()
        self._pixels: Image | None = None
        column = QVBoxLayout(self)
        for widget, stretch in ((self.panel, 1), (self.notice, 0)):
            row = QHBoxLayout()
            row.addStretch()
            row.addWidget(widget, stretch)
            row.addStretch()
            column.addStretch()
            column.addLayout(row)

    @property
    def has_picture(self) -> bool:
        """Whether there has been any picture yet."""
        return self._pixels is not None

    def show_picture(self, picture: Image) -> None:
        """Show an ``(h, w, 3)`` RGB picture, which must not be altered afterwards, in place of any panel."""
        self._pixels = np.ascontiguousarray(picture)
        self.panel.hide()
        self.update()

    def say(self, title: str, sentence: str) -> None:
        """Show words in place of the picture, which stays dimly in sight."""
        self.panel.say(title, sentence)
        self.update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.panel.sign.setVisible(self.height() >= ROOM_FOR_SIGN)

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(GROUND))
        if self._pixels is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(DIMMED if self.panel.isVisible() else 1.0)
        painter.drawImage(self._place(self._pixels), _image(self._pixels))

    def _place(self, pixels: Image) -> QRectF:
        """Where the picture goes, on whole px of the device."""
        ratio = self.devicePixelRatioF()
        height, width = pixels.shape[:2]
        room_width, room_height = round(self.width() * ratio), round(self.height() * ratio)
        place = letterbox(width, height, room_width=room_width, room_height=room_height)
        x, y, width, height = (length_px / ratio for length_px in place)
        return QRectF(x, y, width, height)


def _image(pixels: Image) -> QImage:
    """A view of the pixels, without a copy; they must outlive it."""
    height, width = pixels.shape[:2]
    # It takes any buffer, of which its stubs know only one kind.
    return QImage(cast(bytes, pixels.data), width, height, pixels.strides[0], QImage.Format.Format_RGB888)
