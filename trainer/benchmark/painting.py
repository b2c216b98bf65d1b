"""The window's picture, painted without a screen."""

import os
from functools import cache
from typing import Any

from handpose_live.types.arrays import Image


class Painter:
    """Paints pictures as the window does, into memory, at a size of its own."""

    def __init__(self, width: int, height: int) -> None:
        """``width``, ``height``: of what is painted, in px."""
        application = _application()
        from handpose_live.ui.viewer.picture_view import PictureView

        self._view = PictureView()
        self._view.resize(width, height)
        self._view.show()
        # Only what is in sight is painted.
        application.processEvents()

    def __call__(self, picture: Image) -> None:
        """Paint it now."""
        self._view.show_picture(picture)
        self._view.repaint()


@cache
def _application() -> Any:
    """Qt has one a process, which must stay."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from handpose_live.runtime.settings import Settings
    from handpose_live.ui.start import create_application

    return create_application(Settings())
