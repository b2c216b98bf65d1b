"""The detector's network: a frame in, a map of hand centres for each side out; and its decoder."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from handpose_live.pose.pose_network import Normalise
from handpose_live.pose.unet import Residual
from handpose_live.pose.weights import NetworkInfo

STRIDE = 4  # px of the input per cell of the maps
PEAKS = 32  # hands that are returned, at most
UNIT_SIZE_PX = 32.0  # sizes are predicted as logarithms in this unit
# Predicted for both sides in each cell: a logit of the centre, its offset from the middle of the cell in cells (x, y),
# the logarithm of the size, and the sine and cosine of the angle.
VALUES = 6
LEFT, RIGHT = 0, 1  # order of the sides
CHANNELS = (16, 32, 64, 128)  # at strides of 4, 8, 16 and 32


class HandDetector(nn.Module):
    """A feature pyramid that ends at a stride of 4, so that hands of a few px keep a cell of their own.

    Dense 3x3 convolutions of few channels, which CPUs run at their full speed; depthwise ones and maps larger than a
    quarter of the input wait for memory. Skips are added (Lin et al. 2017, "Feature pyramid networks"). The mean
    of the coarsest maps is added to all of their cells: each cell sees the whole image. Hands are points (Zhou et al.
    2019, "Objects as points"); a map for each side keeps the two peaks of stacked hands.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(_convolution(3, CHANNELS[0], size=6, stride=4), _convolution(*CHANNELS[:1] * 2))
        pairs = list(pairwise(CHANNELS))
        self.down = nn.ModuleList([nn.Sequential(_convolution(a, b, stride=2), Residual(b)) for a, b in pairs])
        self.context = nn.Conv2d(CHANNELS[-1], CHANNELS[-1], 1)
        self.lift = nn.ModuleList([nn.Conv2d(b, a, 1) for a, b in reversed(pairs)])
        self.up = nn.ModuleList([_convolution(a, a) for a, _ in reversed(pairs)])
        self.out = nn.Conv2d(CHANNELS[0], 2 * VALUES, 1)
        assert self.out.bias is not None
        # Nearly all cells are background: starting near zero keeps them from dominating the loss.
        nn.init.constant_(self.out.bias[:2], -4.0)

    def forward(self, images: Tensor) -> Tensor:
        """Map ``(n, 3, h, w)`` normalised RGB, sides multiples of 32, to ``(n, VALUES, 2, h/4, w/4)``: left, right."""
        x = self.stem(images)
        skips = []
        for block in self.down:
            skips.append(x)
            x = block(x)
        x = functional.relu(x + self.context(x.mean(dim=(2, 3), keepdim=True)))
        for lift, block in zip(self.lift, self.up, strict=True):
            x = functional.interpolate(lift(x), scale_factor=2, mode="nearest")
            x = block(x + skips.pop())
        maps: Tensor = self.out(x).float()
        return maps.view(-1, VALUES, 2, *maps.shape[2:])


class DetectorNetwork(nn.Module):
    """A detector with its preprocessing and decoder, as PyTorch runs it and ONNX Runtime after the export."""

    def __init__(self, network: nn.Module, info: NetworkInfo) -> None:
        super().__init__()
        self.normalise, self.network = Normalise(info), network

    def forward(self, images: Tensor) -> Tensor:
        """Find the hands in ``(n, h, w, 3)`` RGB images, 0..255, sides multiples of 32.

        Returns:
            ``(n, PEAKS, 7)``, the best first: score 0..1, x, y and size in px of the input, sine and cosine of the
            angle, probability that it is a right hand. Centre, size and angle are those of
            :meth:`~handpose_live.types.crop.Crop.around` at a margin of 1.
        """
        return decode(self.network(self.normalise(images.permute(0, 3, 1, 2))))


def decode(maps: Tensor) -> Tensor:
    """Decode the ``(n, VALUES, 2, h, w)`` maps of :class:`HandDetector` as :class:`DetectorNetwork` returns them.

    Where both sides claim a centre, it is either one hand of an uncertain side or two stacked hands. Their
    probabilities sum up to the number of hands: the side with the higher one gets the sum up to 1, the other what
    exceeds 1.
    """
    height, width = maps.shape[-2:]
    heat = maps[:, 0].sigmoid()
    highest = functional.max_pool2d(heat, 3, stride=1, padding=1)
    other = highest.flip(1)
    stronger = torch.stack([heat[:, LEFT] > other[:, LEFT], heat[:, RIGHT] >= other[:, RIGHT]], dim=1)
    first, second = (heat + other).clamp(max=1), (heat + other - 1).clamp(min=0)
    scores = torch.where(stronger, first, second)
    own = torch.where(stronger, heat / (first + 1e-6), heat)  # probability that the hand is of its map's side
    peaks = torch.where(heat >= highest, scores, torch.zeros_like(scores))
    best, cells = peaks.flatten(1).topk(PEAKS)
    columns, rows = (torch.arange(count, device=maps.device) + 0.5 for count in (width, height))
    x, y = (maps[:, 1] + columns) * STRIDE, (maps[:, 2] + rows[:, None]) * STRIDE
    size, (sin, cos) = maps[:, 3].exp() * UNIT_SIZE_PX, functional.normalize(maps[:, 4:6], dim=1).unbind(dim=1)
    right = torch.stack([1 - own[:, LEFT], own[:, RIGHT]], dim=1)
    picked = [values.flatten(1).gather(1, cells) for values in (x, y, size, sin, cos, right)]
    return torch.stack([best, *picked], dim=2)


def _convolution(inputs: int, outputs: int, *, size: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride=stride, padding=(size - stride + 1) // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
