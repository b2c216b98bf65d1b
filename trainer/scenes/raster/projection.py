"""From the world to OpenGL's clip space."""

import numpy as np
from numpy.typing import NDArray

from ..view import Camera

NEAR_M, FAR_M = 0.02, 100.0


def perspective(scale_x: float, scale_y: float, near: float, far: float) -> NDArray[np.float64]:
    """Return the projection ``(4, 4)`` of a frame whose z axis points forward; x and y keep their directions."""
    matrix = np.zeros((4, 4))
    matrix[0, 0], matrix[1, 1] = scale_x, scale_y
    matrix[2, 2:] = (far + near) / (far - near), -2 * far * near / (far - near)
    matrix[3, 2] = 1
    return matrix


def world_to_clip(camera: Camera) -> NDArray[np.float64]:
    """Return the projection of a camera, ``(4, 4)``, y down: the image's first row is OpenGL's lowest."""
    scale_x, scale_y = 2 * camera.focal_px / camera.width, 2 * camera.focal_px / camera.height
    return perspective(scale_x, scale_y, NEAR_M, FAR_M) @ camera.world_to_camera
