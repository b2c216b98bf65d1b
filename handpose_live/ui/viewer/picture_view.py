"""The picture, as large as there is room."""

import time
from typing import cast

import numpy as np
from PyQt6.QtCore import QRectF, pyqtSignal
from PyQt6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from handpose_live.media.letterbox import letterbox_rect
from handpose_live.types.arrays import Image
from handpose_live.ui.theme import theme
from handpose_live.ui.viewer.message_overlay import PANEL_WIDTH, MessageOverlay, RecordingBadge, StartPanel
from handpose_live.ui.viewer.notice import Notice

MIN_WIDTH, MIN_HEIGHT = 200, 120
NOTICE_SHARE = 0.4  # of the height, for a long notice, before it scrolls
ROOM_FOR_SIGN = 360
DIMMED = 0.35
MARGIN = 12


class PictureView(QWidget):
    """Shows a picture whole and undistorted, or says why there is none; takes files that are dropped on it.

    Attributes:
        dropped: a file or folder was dropped, by its path.
        painted: a picture was on the screen for the first time, at this time by ``time.monotonic``.
        panel: words over the picture, which is dimmed under them.
        start: what there is to play, when there is nothing yet.
        notice: words on its lower edge.
        badge: that it is recorded.
    """

    dropped = pyqtSignal(str)
    painted = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(MIN_WIDTH, MIN_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAcceptDrops(True)
        self.setAccessibleName("Picture")
        self.panel, self.start, self.notice, self.badge = MessageOverlay(), StartPanel(), Notice(), RecordingBadge()
        self.panel.hide()
        self.start.hide()
        self._pixels: Image | None = None
        self._is_new = self._is_dropping = False
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        badges = QHBoxLayout()
        badges.addWidget(self.badge)
        badges.addStretch()
        column.addLayout(badges)
        column.addStretch()
        column.addLayout(_centred(self.panel, self.start))
        column.addStretch()
        column.addLayout(_centred(self.notice))

    @property
    def picture(self) -> Image | None:
        """What is shown now."""
        return self._pixels

    def show_picture(self, picture: Image) -> None:
        """Show an ``(h, w, 3)`` RGB picture, which must not be altered afterwards, in place of any panel."""
        self.redraw(picture)
        self._is_new = True
        self.panel.hide()
        self.start.hide()

    def redraw(self, picture: Image) -> None:
        """Show the same picture in another look, under whatever panel there is."""
        self._pixels = np.ascontiguousarray(picture)
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._pixels = None
        self.badge.hide()
        self.notice.show_state("")
        self.update()

    def say(self, title: str, sentence: str) -> None:
        """Show words in place of the picture, which stays dimly in sight."""
        self.start.hide()
        self.panel.say(title, sentence)
        self.update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        for panel in (self.panel, self.start):
            panel.fit(min(PANEL_WIDTH, self.width() - 2 * MARGIN), small=self.height() < ROOM_FOR_SIGN)
        self.notice.sentence.most_height = round(NOTICE_SHARE * self.height())
        self.notice.sentence.fit()

    def paintEvent(self, _: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current.colours.ground))
        if self._pixels is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            covered = self.panel.isVisible() or self.start.isVisible()
            painter.setOpacity(DIMMED if covered else 1.0)
            painter.drawImage(self._place(self._pixels), to_qimage(self._pixels))
            painter.setOpacity(1.0)
        if self._is_dropping:
            painter.setPen(QPen(QColor(theme.current.colours.accent), 3))
            painter.drawRect(self.rect().adjusted(2, 2, -3, -3))
        if self._is_new:
            self._is_new = False
            self.painted.emit(time.monotonic())

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802
        mime = event.mimeData() if event is not None else None
        if event is not None and mime is not None and any(url.isLocalFile() for url in mime.urls()):
            event.acceptProposedAction()
            self._show_dropping(True)

    def dragLeaveEvent(self, _: object) -> None:  # noqa: N802
        self._show_dropping(False)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        self._show_dropping(False)
        mime = event.mimeData() if event is not None else None
        for url in mime.urls()[:1] if mime is not None else ():
            self.dropped.emit(url.toLocalFile())

    def _show_dropping(self, dropping: bool) -> None:
        self._is_dropping = dropping
        self.update()

    def _place(self, pixels: Image) -> QRectF:
        """Where the picture goes, on whole px of the device."""
        ratio = self.devicePixelRatioF()
        height, width = pixels.shape[:2]
        room_width, room_height = round(self.width() * ratio), round(self.height() * ratio)
        place = letterbox_rect(width, height, box_width=room_width, box_height=room_height)
        x, y, width, height = (length_px / ratio for length_px in place)
        return QRectF(x, y, width, height)


def _centred(*widgets: QWidget) -> QHBoxLayout:
    """A row in which one of the widgets is shown at a time."""
    row = QHBoxLayout()
    row.addStretch()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row


def to_qimage(pixels: Image) -> QImage:
    """A view of ``(h, w, 3)`` RGB pixels, without a copy; they must outlive it."""
    height, width = pixels.shape[:2]
    # It takes any buffer, of which its stubs know only one kind.
    return QImage(cast(bytes, pixels.data), width, height, pixels.strides[0], QImage.Format.Format_RGB888)
