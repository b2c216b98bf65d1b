"""A training step that is captured in a CUDA graph and replayed."""

from collections.abc import Callable

import torch
from torch import Tensor

from handpose_live.inference.torch_engine import WARM_UP_RUNS, side_stream

from .task import AnyBatch


class CudaGraphStep:
    """Replays a step as one CUDA graph: launching a small network's many kernels takes longer than running them.

    All batches have the same size. Values that change between steps, besides the batch, have to be in tensors.
    """

    def __init__(self, step: Callable[[AnyBatch], Tensor]) -> None:
        """``step``: trains on a batch and returns the loss; it must not read values back from the GPU."""
        self._step, self._warm_up_left = step, WARM_UP_RUNS
        self._graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, batch: AnyBatch) -> Tensor:
        if self._warm_up_left:
            self._warm_up_left -= 1
            with side_stream():
                return self._step(batch)
        if self._graph is None:
            self._graph = torch.cuda.CUDAGraph()
            self._batch = type(batch)(*(part.clone() for part in batch))
            # Other threads prepare batches in pinned memory meanwhile.
            with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
                self._loss = self._step(self._batch).detach()
        for captured, new in zip(self._batch, batch, strict=True):
            captured.copy_(new)
        self._graph.replay()
        return self._loss.clone()
