"""What a cheap camera makes of the light: blur, exposure, noise, JPEG."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from ..rng import CounterRng

# ITU-T T.81 (JPEG), annex K: the quantisation of brightness.
JPEG_TABLE = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56),
    *(14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)
BLOCK = 8
# ITU-R BT.601: red, green, blue to brightness and two colour differences.
TO_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))
BLUR_TAPS = 13


def smear(layers: Tensor, dice: CounterRng) -> Tensor:
    """Motion blur of ``(n, c, h, w)`` along a line of each picture's own; half of them hold still."""
    height, width = layers.shape[2:]
    length = dice.uniform(0, 1) ** 2 * 0.05 * max(height, width) * dice.happens(0.5)
    angle = dice.uniform(0, math.pi)
    steps = torch.linspace(-0.5, 0.5, BLUR_TAPS, device=layers.device)
    offsets = steps * length[:, None]
    x, y = (offsets * turned[:, None] for turned in (angle.cos(), angle.sin()))
    side = torch.arange(-(BLUR_TAPS // 2), BLUR_TAPS // 2 + 1, device=layers.device)
    # Each tap is shared among the four pixels around it.
    across = (1 - (x[..., None] - side).abs()).clamp(min=0)
    down = (1 - (y[..., None] - side).abs()).clamp(min=0)
    kernels = torch.einsum("nti,ntj->nij", down, across)
    return _filter(layers, kernels / kernels.sum((1, 2), keepdim=True))


def defocus(pictures: Tensor, dice: CounterRng) -> Tensor:
    """Blur ``(n, c, h, w)``, little for most."""
    sigma = 0.25 + 1.2 * dice.uniform(0, 1) ** 3
    side = torch.arange(-3, 4, device=pictures.device)
    line = torch.exp(-0.5 * (side / sigma[:, None]).square())
    line = line / line.sum(1, keepdim=True)
    return _filter(pictures, line[:, :, None] * line[:, None])


def expose(pictures: Tensor, dice: CounterRng) -> Tensor:
    """Linear light ``(n, 3, h, w)`` to sRGB 0..1: exposure to what is there, white balance, contrast, sensor noise."""
    mean = pictures.mean((1, 2, 3)).clamp(min=0.05)
    gain = (0.22 / mean) ** 0.5 * torch.exp(dice.normal(0.25))
    balance = torch.exp(dice.normal(0.06, 3))
    light = pictures * (gain[:, None] * balance)[..., None, None]
    spread = dice.uniform(0, 1) ** 2 * 0.05
    shot = (light.clamp(min=0) + 0.02).sqrt() * spread[:, None, None, None]
    light = light + shot * _grain(dice, pictures.shape)
    shoulder = light.clamp(min=0) / (1 + 0.25 * light.clamp(min=0)) * 1.25
    curve = torch.exp(dice.normal(0.08))[:, None, None, None] / 2.2
    return shoulder.clamp(1e-5, 1) ** curve


def compress(pictures: Tensor, dice: CounterRng) -> Tensor:
    """What JPEG leaves of sRGB ``(n, 3, h, w)``: blocks of cosines, rounded; colour at half the size."""
    quality = dice.uniform(25, 97)
    scale = torch.where(quality < 50, 50 / quality, 2 - quality / 50)[:, None, None, None, None]
    to_ycc = torch.tensor(TO_YCC, device=pictures.device)
    ycc = torch.einsum("ij,njhw->nihw", to_ycc, pictures * 255 - 128)
    height, width = pictures.shape[2:]
    bright = _quantise(ycc[:, :1], scale)
    halves = _quantise(functional.avg_pool2d(ycc[:, 1:], 2, ceil_mode=True, count_include_pad=False), scale * 1.6)
    colour = functional.interpolate(halves, scale_factor=2, mode="bilinear")[..., :height, :width]
    rgb = torch.einsum("ij,njhw->nihw", torch.linalg.inv(to_ycc), torch.cat([bright, colour], dim=1))
    return ((rgb + 128) / 255).clamp(0, 1)


def _quantise(planes: Tensor, scale: Tensor) -> Tensor:
    height, width = planes.shape[2:]
    padded = functional.pad(planes, (0, -width % BLOCK, 0, -height % BLOCK), mode="replicate")
    blocks = padded.unfold(2, BLOCK, BLOCK).unfold(3, BLOCK, BLOCK)
    k = torch.arange(BLOCK, device=planes.device)
    cosines = torch.cos((2 * k[None] + 1) * k[:, None] * (math.pi / 16)) / 2
    cosines[0] /= math.sqrt(2)
    table = torch.tensor(JPEG_TABLE, device=planes.device, dtype=planes.dtype).view(BLOCK, BLOCK)
    steps = (table * scale[..., None]).clamp(min=1)
    kept = ((cosines @ blocks @ cosines.T) / steps).round() * steps
    whole = (cosines.T @ kept @ cosines).permute(0, 1, 2, 4, 3, 5).reshape(padded.shape)
    return whole[..., :height, :width]


def _grain(dice: CounterRng, shape: torch.Size) -> Tensor:
    """Noise with spread 1, nearly normal: a cube of uniform draws is cheap where pixels are many."""
    return (dice.uniform(-1, 1, *shape[1:]) + dice.uniform(-1, 1, *shape[1:])) * math.sqrt(1.5)


def _filter(pictures: Tensor, kernels: Tensor) -> Tensor:
    """Each of ``(n, c, h, w)`` with its own of ``(n, k, k)``; the border is repeated."""
    n, channels, height, width = pictures.shape
    reach = kernels.shape[1] // 2
    padded = functional.pad(pictures, (reach,) * 4, mode="replicate").flatten(0, 1)[None]
    weights = kernels.repeat_interleave(channels, 0)[:, None]
    return functional.conv2d(padded, weights, groups=n * channels).view(n, channels, height, width)
