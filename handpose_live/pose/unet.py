"""The two networks: a crop in, 21 heatmaps out."""

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from handpose_live.pose.decode import average
from handpose_live.pose.lens import magnify, restore
from handpose_live.types.skeleton import JOINT_COUNT


class HandDetails(NamedTuple):
    """What a network knows of ``n`` hands besides where their joints are.

    Attributes:
        logits: ``(n, 2)``: that there is a hand; that it looks like a right hand.
        depths: ``(n, 21)``, in crop sides, growing away from the camera; only differences have a meaning.
        log_spreads: ``(n, 21)``, natural logarithm of how far off each joint is expected to be, in crop sides; see
            :func:`~handpose_live.pose.decode.probability_within`.
        visible: ``(n, 21)``, logits: that nothing covers the joint.
    """

    logits: Tensor
    depths: Tensor
    log_spreads: Tensor
    visible: Tensor


class NetworkOutput(NamedTuple):
    """The raw output for ``n`` crops.

    Attributes:
        heatmaps: ``(n, 21, h, w)``, 0..1, one per joint.
        joints: ``(n, 21, 2)``, normalised, decoded from the heatmaps.
        details: None from a network with heatmaps only.
    """

    heatmaps: Tensor
    joints: Tensor
    details: HandDetails | None


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
    A linear head at the bottleneck classifies the presence of a hand and its handedness. What is known of each joint
    beside its position is derived from the features under its heatmap, those of the bottleneck, and all positions.
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
        self.describe = JointHead(channels[0], channels[-1])
        # Nearly all of a heatmap is background: starting near zero keeps it from dominating the average.
        nn.init.constant_(self.out.bias, -4.0)  # type: ignore[arg-type]

    def forward(self, crops: Tensor) -> NetworkOutput:
        """Map ``(n, 3, s, s)`` normalised RGB crops, ``s`` a multiple of 32, to ``(n, 21, s/4, s/4)`` heatmaps."""
        x = self.stem(magnify(crops))
        skips = []
        for block in self.down:
            skips.append(x)
            x = block(x)
        overview = x.mean(dim=(2, 3))
        for lift, block in zip(self.lift, self.up, strict=True):
            x = functional.interpolate(lift(x), scale_factor=2, mode="bilinear", align_corners=False)
            x = block(x + skips.pop())
        magnified = self.out(x).float().sigmoid()
        heatmaps = restore(magnified).float()  # mixed precision would give float16
        joints = average(heatmaps, power=2)
        details = self.describe(x, magnified, overview, joints)
        logits = details.logits + self.classify(overview).float()
        return NetworkOutput(heatmaps, joints, details._replace(logits=logits))


class JointHead(nn.Module):
    """Depth, spread and visibility of each joint, and another word on presence and handedness."""

    def __init__(self, channels: int, overview_channels: int) -> None:
        """Args:
        channels: of the features under the heatmaps.
        overview_channels: of the bottleneck.
        """
        super().__init__()
        inputs, hidden = JOINT_COUNT * (channels + 2) + overview_channels, 192
        self.layers = nn.ModuleList([nn.Linear(inputs, hidden), nn.Linear(hidden, hidden)])
        self.out = nn.Linear(hidden, 2 + 3 * JOINT_COUNT)
        # At first all joints lie in one plane, are seen, and are certain to a hundredth of the crop.
        nn.init.zeros_(self.out.weight)
        with torch.no_grad():
            self.out.bias.copy_(torch.tensor([0.0, 0.0, *([0.0] * 21), *([-4.6] * 21), *([2.0] * 21)]))

    def forward(self, features: Tensor, heatmaps: Tensor, overview: Tensor, joints: Tensor) -> HandDetails:
        """Describe the joints of ``n`` crops.

        What is learned here does not move the heatmaps: they are constants.

        Args:
            features: ``(n, c, h, w)``.
            heatmaps: ``(n, 21, h, w)`` on the same grid.
            overview: ``(n, o)`` features of the whole crop.
            joints: ``(n, 21, 2)`` normalised.
        """
        weights = (heatmaps.detach() ** 2).flatten(2)
        weights = weights / weights.sum(dim=2, keepdim=True).clamp_min(1e-12)
        under_joints = weights @ features.float().flatten(2).mT
        inputs = torch.cat([under_joints.flatten(1), joints.detach().flatten(1) - 0.5, overview.float()], dim=1)
        values = inputs.to(self.out.weight.dtype)
        for layer in self.layers:
            values = functional.relu(layer(values))
        return HandDetails(*self.out(values).float().split([2, JOINT_COUNT, JOINT_COUNT, JOINT_COUNT], dim=1))


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
