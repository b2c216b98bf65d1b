"""A counter-based random number generator: numbers depend only on a seed and an image's index."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

LOW_32_BITS = 0xFFFFFFFF


class CounterRng:
    """Samples for ``n`` images at once: image ``i`` gets the same numbers in every batch.

    Each number is a hash of the seed, the image's index, the number of draws before and its position in the draw (as
    in J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
    """

    def __init__(self, seed: int, indices: Sequence[int]) -> None:
        """Args:
        seed: any integer.
        indices: of the ``n`` images.
        """
        counters = torch.tensor(list(indices), dtype=torch.int64)
        self._keys = _hash(_hash(counters) + (seed * 0x9E3779B1 & LOW_32_BITS))
        self._draws = 0

    def __len__(self) -> int:
        return len(self._keys)

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Sample ``(n, *shape)`` uniformly from ``[low, high)``."""
        self._draws += 1
        positions = torch.arange(math.prod(shape))
        bits = _hash(self._keys[:, None] ^ _hash(positions + self._draws * 0x1000003))
        unit = (bits >> 8).float() * 2**-24  # a float32 holds 24 bits; rounding up would reach 1
        return (low + (high - low) * unit).view(len(self), *shape)

    def normal(self, std: float, *shape: int) -> Tensor:
        """Sample ``(n, *shape)`` from a normal distribution with mean 0 (G. Box, M. Muller 1958)."""
        radius = (-2 * torch.log(1 - self.uniform(0, 1, *shape))).sqrt()
        return std * radius * torch.cos(self.uniform(0, 2 * math.pi, *shape))


def _hash(values: Tensor) -> Tensor:
    """Hash 32-bit values (in int64, as torch lacks uint32 arithmetic) by multiply-xorshift."""
    mixed = values & LOW_32_BITS
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        mixed = (mixed ^ (mixed >> shift)) * factor & LOW_32_BITS
    return mixed ^ (mixed >> 16)
