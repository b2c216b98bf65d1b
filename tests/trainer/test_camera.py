"""Camera models: JPEG compression, motion blur, defocus."""

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from handpose_live.types.crop import Crop
from trainer.camera.blur import filter_each, gaussian_kernels, motion_kernels
from trainer.camera.jpeg import jpeg
from trainer.data.folders import read_hands


@pytest.fixture(scope="module")
def images(shared: Path) -> Tensor:
    """Return ``(n, 3, 120, 100)`` images of real hands, 0..1, resampled to remove their own JPEG blocks."""
    samples = read_hands(shared / "data" / "hands", "val")[::60]
    crops = [Crop.around(sample.joints_px, margin=2.1) for sample in samples if sample.joints_px is not None]
    pixels = np.stack([crop.cut(sample.read(), 120) for crop, sample in zip(crops, samples, strict=True)])
    return torch.from_numpy(pixels)[:, :, :100].permute(0, 3, 1, 2).float() / 255


def _libjpeg(images: Tensor, quality: int) -> Tensor:
    """Encode and decode images as JPEG files."""
    decoded = []
    for image in (images * 255).byte().permute(0, 2, 3, 1).numpy():
        _, file = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        decoded.append(np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR_RGB)))
    return torch.from_numpy(np.stack(decoded)).permute(0, 3, 1, 2).float() / 255


def _psnr(one: Tensor, other: Tensor) -> float:
    return -10 * math.log10(float((one - other).square().mean()))


@pytest.mark.parametrize(("quality", "psnr"), [(20, 34), (40, 37), (60, 38), (80, 40), (95, 43)])
def test_the_jpeg_model_is_close_to_real_jpeg_files(images: Tensor, quality: int, psnr: float) -> None:
    model = jpeg(images, torch.full((len(images),), float(quality)))
    real = _libjpeg(images, quality)
    assert _psnr(model, real) > psnr
    assert _psnr(model, images) == pytest.approx(_psnr(real, images), abs=1.5)
    assert float((model - images).abs().mean()) == pytest.approx(float((real - images).abs().mean()), rel=0.2)


def test_each_image_is_compressed_at_its_own_quality(images: Tensor) -> None:
    qualities = torch.linspace(20, 95, len(images))
    together = jpeg(images, qualities)
    for image, quality, compressed in zip(images, qualities, together, strict=True):
        torch.testing.assert_close(jpeg(image[None], quality[None])[0], compressed)


@pytest.mark.parametrize("size", [(8, 8), (17, 30), (64, 64)])
def test_images_of_any_size_keep_their_size(size: tuple[int, int]) -> None:
    grey = torch.full((2, 3, *size), 0.5)
    torch.testing.assert_close(jpeg(grey, torch.tensor([30.0, 90.0])), grey, atol=0.02, rtol=0)


def test_motion_blur_spreads_a_point_along_its_line() -> None:
    point = torch.zeros((4, 1, 21, 21))
    point[..., 10, 10] = 1
    angles = torch.tensor([0.0, math.pi / 2, math.pi / 4, 0.0])
    kernels = motion_kernels(torch.tensor([8.0, 8.0, 8.0, 0.0]), angles, taps=13, reach=6)
    torch.testing.assert_close(kernels.sum((1, 2)), torch.ones(4))
    blurred = filter_each(point, kernels)[:, 0]
    torch.testing.assert_close(blurred.sum((1, 2)), torch.ones(4))
    cells = torch.arange(-10, 11.0)
    x, y = blurred.sum(1) @ cells.square(), blurred.sum(2) @ cells.square()
    along = 8**2 / 12 * (13 + 1) / (13 - 1)  # the variance of 13 samples along the line
    torch.testing.assert_close(x, torch.tensor([along, 0, along / 2, 0]), atol=0.3, rtol=0)
    torch.testing.assert_close(y, torch.tensor([0, along, along / 2, 0]), atol=0.3, rtol=0)
    torch.testing.assert_close(blurred[3], point[3, 0])
    assert (blurred[2].diagonal()[7:14] > 0.05).all()  # towards the bottom right, as y points down


def test_defocus_has_the_given_standard_deviation() -> None:
    sigmas = torch.tensor([0.5, 1.0, 1.5])
    kernels = gaussian_kernels(sigmas, reach=7)
    cells = torch.arange(-7, 8.0)
    torch.testing.assert_close(kernels.sum(1) @ cells.square(), sigmas.square(), atol=0.05, rtol=0)
    torch.testing.assert_close(kernels.sum((1, 2)), torch.ones(3))


def test_the_border_of_a_filtered_image_is_repeated() -> None:
    grey = torch.full((1, 3, 9, 9), 0.3)
    torch.testing.assert_close(filter_each(grey, gaussian_kernels(torch.tensor([2.0]), reach=4)), grey)
