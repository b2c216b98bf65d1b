"""The view of the current frame."""

import time
from typing import cast

import numpy as np
from PyQt6.QtCore import QRectF, pyqtSignal
from PyQt6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from handpose_live.media.letterbox import letterbox_rect
from handpose_live.types.arrays import Image
from handpose_live.ui.recording.badge import RecordingBadge
from handpose_live.ui.theme import theme
from handpose_live.ui.viewer.message_overlay import OVERLAY_WIDTH, MessageOverlay
from handpose_live.ui.viewer.notice import Notice
from handpose_live.ui.viewer.start_overlay import StartOverlay

MIN_WIDTH, MIN_HEIGHT = 200, 120
NOTICE_SHARE = 0.4  # of the height, for a long notice, before it scrolls
MIN_HEIGHT_WITH_LOGO = 360
DIMMED = 0.35
MARGIN = 12


class PictureView(QWidget):
    """Shows a picture as large as possible without cropping or distorting it; accepts dropped files.

    Attributes:
        file_dropped: with the path of a file or folder that was dropped on the view.
        painted: when a new picture was first painted, with the time by ``time.monotonic``.
        message: covers the dimmed picture.
        start: the choice of sources, when nothing is open.
        notice: notifications at the lower edge.
        badge: the recording indicator.
    """

    file_dropped = pyqtSignal(str)
    painted = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(MIN_WIDTH, MIN_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAcceptDrops(True)
        self.setAccessibleName("Picture")
        self.message, self.start, self.notice, self.badge = MessageOverlay(), StartOverlay(), Notice(), RecordingBadge()
        self.message.hide()
        self.start.hide()
        self._pixels: Image | None = None
        self._is_new = self._is_drop_target = False
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        badges = QHBoxLayout()
        badges.addWidget(self.badge)
        badges.addStretch()
        column.addLayout(badges)
        column.addStretch()
        column.addLayout(_centred(self.message, self.start))
        column.addStretch()
        column.addLayout(_centred(self.notice))

    @property
    def picture(self) -> Image | None:
        """The picture that is shown, ``(h, w, 3)`` RGB."""
        return self._pixels

    def show_picture(self, picture: Image) -> None:
        """Show a new ``(h, w, 3)`` RGB picture and hide any overlay; the array must not be modified afterwards."""
        self.redraw(picture)
        self._is_new = True
        self.message.hide()
        self.start.hide()

    def redraw(self, picture: Image) -> None:
        """Show the same frame drawn in another style; overlays stay as they are."""
        self._pixels = np.ascontiguousarray(picture)
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._pixels = None
        self.badge.hide()
        self.notice.set_status("")
        self.update()

    def show_message(self, title: str, body: str) -> None:
        """Show a message over the picture, which is dimmed."""
        self.start.hide()
        self.message.show_message(title, body)
        self.update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        for overlay in (self.message, self.start):
            overlay.fit(min(OVERLAY_WIDTH, self.width() - 2 * MARGIN), compact=self.height() < MIN_HEIGHT_WITH_LOGO)
        self.notice.body.max_height_px = round(NOTICE_SHARE * self.height())
        self.notice.body.fit()

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current.colours.background))
        if self._pixels is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            covered = self.message.isVisible() or self.start.isVisible()
            painter.setOpacity(DIMMED if covered else 1.0)
            painter.drawImage(self._place(self._pixels), to_qimage(self._pixels))
            painter.setOpacity(1.0)
        if self._is_drop_target:
            painter.setPen(QPen(QColor(theme.current.colours.accent), 3))
            painter.drawRect(self.rect().adjusted(2, 2, -3, -3))
        if self._is_new:
            self._is_new = False
            self.painted.emit(time.monotonic())

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802
        mime = event.mimeData() if event is not None else None
        if event is not None and mime is not None and any(url.isLocalFile() for url in mime.urls()):
            event.acceptProposedAction()
            self._show_drop_target(True)

    def dragLeaveEvent(self, _: object) -> None:  # noqa: N802
        self._show_drop_target(False)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        self._show_drop_target(False)
        mime = event.mimeData() if event is not None else None
        for url in mime.urls()[:1] if mime is not None else ():
            self.file_dropped.emit(url.toLocalFile())

    def _show_drop_target(self, on: bool) -> None:
        self._is_drop_target = on
        self.update()

    def _place(self, pixels: Image) -> QRectF:
        """The rectangle of the picture in the widget, aligned to device pixels."""
        ratio = self.devicePixelRatioF()
        height, width = pixels.shape[:2]
        box_width, box_height = round(self.width() * ratio), round(self.height() * ratio)
        place = letterbox_rect(width, height, box_width=box_width, box_height=box_height)
        x, y, width, height = (length_px / ratio for length_px in place)
        return QRectF(x, y, width, height)


def _centred(*widgets: QWidget) -> QHBoxLayout:
    """A row that centres widgets of which at most one is visible."""
    row = QHBoxLayout()
    row.addStretch()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row


def to_qimage(pixels: Image) -> QImage:
    """Wrap ``(h, w, 3)`` RGB pixels without copying them; the array must outlive the image."""
    height, width = pixels.shape[:2]
    # QImage takes any buffer; its stubs accept bytes only.
    return QImage(cast(bytes, pixels.data), width, height, pixels.strides[0], QImage.Format.Format_RGB888)
