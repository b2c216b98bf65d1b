"""Random numbers that depend on a seed and a picture's number alone, on any device and in any batch."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

LOW_32_BITS = 0xFFFFFFFF


class CounterRng:
    """Draws for ``n`` pictures at once: picture ``i`` gets the same numbers in every batch and on every device.

    A counter is hashed, no state is kept but the number of draws so far.
    """

    def __init__(self, seed: int, pictures: Sequence[int], device: torch.device | str = "cpu") -> None:
        """Args: seed: any whole number. pictures: the number of each picture."""
        numbers = torch.tensor(list(pictures), dtype=torch.int64, device=device)
        self._keys = _hash(_hash(numbers) + (seed * 0x9E3779B1 & LOW_32_BITS))
        self._draws = 0

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def device(self) -> torch.device:
        """Where its numbers are."""
        return self._keys.device

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """``(n, *shape)`` in ``[low, high)``."""
        self._draws += 1
        places = torch.arange(math.prod(shape), device=self.device)
        bits = _hash(self._keys[:, None] ^ _hash(places + self._draws * 0x1000003))
        unit = (bits >> 8).float() * 2**-24  # a float32 holds 24 bits; rounding up would reach 1
        return (low + (high - low) * unit).view(len(self), *shape)

    def normal(self, spread: float, *shape: int) -> Tensor:
        """``(n, *shape)`` with mean 0 (Box and Muller 1958)."""
        radius = (-2 * torch.log(1 - self.uniform(0, 1, *shape))).sqrt()
        return spread * radius * torch.cos(self.uniform(0, 2 * math.pi, *shape))

    def happens(self, share: float) -> Tensor:
        """``(n,)`` true in this share of the pictures."""
        return self.uniform(0, 1) < share

    def pick(self, weights: Sequence[float]) -> Tensor:
        """``(n,)`` places in ``weights``, each as often as it weighs."""
        bounds = torch.tensor(weights, device=self.device).cumsum(0)
        return torch.bucketize(self.uniform(0, 1) * bounds[-1], bounds[:-1], right=True)


def _hash(numbers: Tensor) -> Tensor:
    """Mix 32-bit numbers (held in int64, as torch lacks uint32 arithmetic): a multiply-xorshift hash."""
    mixed = numbers & LOW_32_BITS
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        mixed = (mixed ^ (mixed >> shift)) * factor & LOW_32_BITS
    return mixed ^ (mixed >> 16)
