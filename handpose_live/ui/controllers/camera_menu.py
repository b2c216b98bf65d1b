"""The menu of cameras."""

from collections.abc import Callable, Sequence

from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu

from handpose_live.media.live.camera import Camera


def fill_camera_menu(menu: QMenu, cameras: Sequence[Camera], spec: str, use: Callable[[str], object]) -> None:
    """List the cameras in a menu.

    Args:
        menu: is emptied first.
        cameras: of this computer.
        spec: of the current source; if it is a camera, that one is checked.
        use: takes the spec of the camera that is chosen.
    """
    menu.clear()
    for camera in cameras:
        action = QAction(camera.name, menu)
        action.setCheckable(True)
        action.setChecked(spec == str(camera.index))
        action.triggered.connect(lambda _, index=camera.index: use(str(index)))
        menu.addAction(action)
    if not cameras:
        none = QAction("No camera found", menu)
        none.setEnabled(False)
        menu.addAction(none)
