"""What a network is trained for: one task for each kind of recipe."""

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from handpose_live.pose.weights import NetworkInfo

from ..data.folders import Sample
from ..recipes import BaseRecipe

# A NamedTuple of tensors of the same length, the first of which is ``images``, ``(n, 3, h, w)`` uint8 RGB.
AnyBatch = Any


class Batches(Protocol):
    """An endless sequence of samples; each depends on nothing but the seed and its position.

    Attributes:
        description: how they are made, in words.
    """

    @property
    def description(self) -> str: ...

    def batch(self, positions: range) -> AnyBatch:
        """The samples at some positions of one step; steps never decrease."""
        ...

    def close(self) -> None:
        """End what prepares samples."""
        ...


class Task(Protocol):
    """A network with its data, its loss and its error.

    Attributes:
        recipe: of the run.
        network: at the start of the run.
        info: of the network.
        groups: hands, in the first of which hard examples are mined when a network is fine-tuned; empty for none.
    """

    @property
    def recipe(self) -> BaseRecipe: ...

    @property
    def network(self) -> nn.Module: ...

    @property
    def info(self) -> NetworkInfo: ...

    @property
    def groups(self) -> Sequence[Sequence[Sample]]: ...

    def summary(self) -> str:
        """Count the samples, in words."""
        ...

    def batches(self, fabric: Fabric, step: int, sample_repeats: Tensor | None, /) -> Batches:
        """Read the images of the run, which goes on at a step.

        Raises:
            HandPoseError: an image cannot be read, or the disk is full.
        """
        ...

    def augment(self, batch: AnyBatch, generator: torch.Generator, strength: float, /) -> Tensor:
        """The ``(n, 3, h, w)`` float images of a batch, 0..255, changed as far as the batch does not have it done."""
        ...

    def loss(self, output: Any, batch: AnyBatch, /) -> Tensor:
        """The loss of the network's output for a batch."""
        ...

    def error_percent(self, network: nn.Module, device: torch.device) -> float:
        """The error of the network on the validation split, by which the best one is selected."""
        ...

    def print_results(self) -> None:
        """Measure the best network on the test splits."""
        ...
