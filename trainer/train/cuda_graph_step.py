"""A training step on an NVIDIA GPU, recorded once and then played in one go."""

from collections.abc import Callable

import torch
from torch import Tensor

from handpose_live.inference.torch_engine import WARM_UP_RUNS, side_stream

from ..data.training_crops import Batch


class CudaGraphStep:
    """A step that takes a small network's many kernels less time: each takes longer to start than to run.

    Batches are all of one size. What changes from step to step but the batch is read from tensors.
    """

    def __init__(self, step: Callable[[Batch], Tensor]) -> None:
        """``step``: learns from a batch and returns the loss."""
        self._step, self._before = step, WARM_UP_RUNS
        self._graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, batch: Batch) -> Tensor:
        if self._before:
            self._before -= 1
            with side_stream():
                return self._step(batch)
        if self._graph is None:
            self._graph = torch.cuda.CUDAGraph()
            self._batch = Batch(*(part.clone() for part in batch))
            with torch.cuda.graph(self._graph):
                self._loss = self._step(self._batch).detach()
        for part, new in zip(self._batch, batch, strict=True):
            part.copy_(new)
        self._graph.replay()
        return self._loss.clone()
