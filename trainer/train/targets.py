"""Target heatmaps."""

import torch
from torch import Tensor

from handpose_live.pose.decode import cell_centres


def gaussian_heatmaps(joints: Tensor, *, cells: int, sigma: float) -> Tensor:
    """Render a Gaussian of height 1 around each joint, with subpixel accuracy.

    Args:
        joints: ``(n, 21, 2)`` normalised x, y.
        cells: side of the heatmaps.
        sigma: normalised.

    Returns:
        ``(n, 21, cells, cells)`` on the joints' device.
    """
    centres = cell_centres(cells, joints.device)
    x, y = (torch.exp(-((centres - joints[..., axis, None]) ** 2) / (2 * sigma**2)) for axis in (0, 1))
    return y[..., :, None] * x[..., None, :]
