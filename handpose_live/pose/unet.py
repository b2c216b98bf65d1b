"""The two networks: a crop in, 21 heatmaps out."""

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from handpose_live.pose.decode import average
from handpose_live.pose.lens import magnify, restore
from handpose_live.types.skeleton import JOINT_COUNT


class NetworkOutput(NamedTuple):
    """The raw output for ``n`` crops.

    Attributes:
        heatmaps: ``(n, 21, h, w)``, 0..1, one per joint.
        joints: ``(n, 21, 2)``, normalised, decoded from the heatmaps.
        logits: ``(n, 2)``: that there is a hand; that it looks like a right hand. None from a network with heatmaps
            only.
    """

    heatmaps: Tensor
    joints: Tensor
    logits: Tensor | None


class ArticleUNet(nn.Module):
    """The UNet of Chernytska, "Gentle introduction to 2D hand pose estimation" (2021), block for block.

    Three levels and a bottleneck, (BatchNorm, 3x3 convolution, ReLU) twice each, max-pooling down,
    bilinear up, skips concatenated; heatmaps as large as the crop. 0.49 M parameters.
    """

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.ModuleList([_article_block(a, b) for a, b in ((3, 16), (16, 32), (32, 64))])
        self.bottleneck = _article_block(64, 128)
        self.up = nn.ModuleList([_article_block(a, b) for a, b in ((128 + 64, 64), (64 + 32, 32), (32 + 16, 16))])
        self.out = nn.Conv2d(16, JOINT_COUNT, 3, padding=1, bias=False)

    def forward(self, crops: Tensor) -> NetworkOutput:
        """Map ``(n, 3, s, s)`` normalised RGB crops, ``s`` a multiple of 8, to ``(n, 21, s, s)`` heatmaps."""
        x, skips = crops, []
        for block in self.down:
            skips.append(block(x))
            x = functional.max_pool2d(skips[-1], 2)
        x = self.bottleneck(x)
        for block in self.up:
            x = functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = block(torch.cat([x, skips.pop()], dim=1))
        heatmaps = self.out(x).float().sigmoid()
        return NetworkOutput(heatmaps, average(heatmaps), None)


class LiveUNet(nn.Module):
    """A UNet for real time: a quarter of the crop's resolution from the first layer on, on foveated crops.

    Pixel-unshuffle by 4 loses no pixel and avoids the costly full-size levels; strided convolutions
    go down, a 1x1 convolution and bilinear resampling up, skips are added (not concatenated) so that
    the decoder stays as light as the encoder. BatchNorm follows its convolution, so that it can be folded.
    A linear head at the bottleneck classifies the presence of a hand and its handedness.
    """

    def __init__(self) -> None:
        super().__init__()
        channels = (32, 64, 128, 160)
        self.stem = nn.Sequential(nn.PixelUnshuffle(4), _convolution(48, channels[0]), Residual(channels[0]))
        pairs = list(pairwise(channels))
        self.down = nn.ModuleList([nn.Sequential(_convolution(a, b, stride=2), Residual(b)) for a, b in pairs])
        self.lift = nn.ModuleList([nn.Conv2d(b, a, 1) for a, b in reversed(pairs)])
        self.up = nn.ModuleList([Residual(a) for a, _ in reversed(pairs)])
        self.out = nn.Conv2d(channels[0], JOINT_COUNT, 1)
        self.classify = nn.Linear(channels[-1], 2)
        # Nearly all of a heatmap is background: starting near zero keeps it from dominating the average.
        nn.init.constant_(self.out.bias, -4.0)  # type: ignore[arg-type]

    def forward(self, crops: Tensor) -> NetworkOutput:
        """Map ``(n, 3, s, s)`` normalised RGB crops, ``s`` a multiple of 32, to ``(n, 21, s/4, s/4)`` heatmaps."""
        x = self.stem(magnify(crops))
        skips = []
        for block in self.down:
            skips.append(x)
            x = block(x)
        logits = self.classify(x.mean(dim=(2, 3)))
        for lift, block in zip(self.lift, self.up, strict=True):
            x = functional.interpolate(lift(x), scale_factor=2, mode="bilinear", align_corners=False)
            x = block(x + skips.pop())
        heatmaps = restore(self.out(x).float().sigmoid()).float()  # mixed precision would give float16
        return NetworkOutput(heatmaps, average(heatmaps, power=2), logits.float())


NETWORKS: dict[str, type[ArticleUNet] | type[LiveUNet]] = {"article": ArticleUNet, "live": LiveUNet}


class Residual(nn.Module):
    """A residual block of two 3x3 convolutions (He et al. 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _convolution(channels, channels),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.body(x))


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


def _article_block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.BatchNorm2d(inputs),
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.ReLU(),
        nn.BatchNorm2d(outputs),
        nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
        nn.ReLU(),
    )
