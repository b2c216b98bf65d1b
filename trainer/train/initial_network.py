"""The network that a run starts with: a new one, or one from a weights file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from handpose_live.pose.unet import NETWORKS
from handpose_live.pose.weights import WeightsInfo, load_weights
from handpose_live.types.errors import HandPoseError

from ..data.folders import Sample
from ..data.image_store import Readable
from ..evaluate.accuracy import labelled_joints
from ..recipes import RECIPES
from .options import FitOptions

R = TypeVar("R", bound=Readable)

MAX_MEASURED = 1000  # images, evenly chosen, of which the statistics of the data are taken


def initial_network(options: FitOptions, hands: list[Sample]) -> tuple[nn.Module, WeightsInfo]:
    """Create or load the network of a run.

    Args:
        options: of the run.
        hands: that it is trained on; a new network normalises pixels by their statistics.

    Raises:
        HandPoseError: ``options.start`` cannot be read, or does not fit the recipe.
    """
    if options.start:
        network, info = _load_start(options.start, options.recipe)
    else:
        network, info = _new_network(options.recipe, hands, options.seed)
    return network, replace(info, data=tuple(dict.fromkeys((*info.data, *options.sources()))))


def image_margin(hands: list[Sample]) -> float:
    """The median side of an image in units of the joint box in it."""
    margins = [max(hand.read().shape) / np.ptp(labelled_joints(hand), axis=0).max() for hand in _some(hands)]
    return round(float(np.median(margins)), 2)


def pixel_statistics(images: Sequence[Readable]) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Mean and standard deviation per RGB channel, of pixels scaled to 0..1."""
    pixels = np.concatenate([image.read()[::4, ::4].reshape(-1, 3) for image in _some(images)])
    red, green, blue = (pixels[:, channel].astype(np.float64) / 255 for channel in range(3))
    return (
        (float(red.mean()), float(green.mean()), float(blue.mean())),
        (float(red.std()), float(green.std()), float(blue.std())),
    )


def _new_network(recipe: str, hands: list[Sample], seed: int) -> tuple[nn.Module, WeightsInfo]:
    torch.manual_seed(seed)
    name = RECIPES[recipe].network
    info = WeightsInfo(name, *pixel_statistics(hands), recipe=recipe)
    if not RECIPES[recipe].augmented:  # it learns from whole images, and crops have to show hands at the same size
        info = replace(info, crop_margin=image_margin(hands))
    return NETWORKS[name](), info


def _load_start(start: Path, recipe: str) -> tuple[nn.Module, WeightsInfo]:
    """A trained network. It keeps the crop margin and the pixel statistics that it was trained with."""
    network, info = load_weights(start)
    if info.network != RECIPES[recipe].network:
        raise HandPoseError(f"{start} holds the network '{info.network}', which --recipe {recipe} does not train.")
    return network, replace(info, recipe=recipe, metrics={}, licence="")


def _some(images: Sequence[R]) -> Sequence[R]:
    return images[:: max(1, len(images) // MAX_MEASURED)]
