"""Paint the window's picture view off screen."""

import os
from functools import cache
from typing import Any

from handpose_live.types.arrays import Image


class Painter:
    """Paints images as the window does, into memory."""

    def __init__(self, width: int, height: int) -> None:
        """Create a view of ``width`` x ``height`` px."""
        application = _application()
        from handpose_live.ui.viewer.picture_view import PictureView

        self._view = PictureView()
        self._view.resize(width, height)
        self._view.show()
        # Qt paints only visible widgets.
        application.processEvents()

    def __call__(self, image: Image) -> None:
        """Paint an ``(h, w, 3)`` RGB image at once."""
        self._view.show_picture(image)
        self._view.repaint()


@cache
def _application() -> Any:
    """Create Qt's application, of which a process has one."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from handpose_live.runtime.settings import Settings
    from handpose_live.ui.start import create_application

    return create_application(Settings())
