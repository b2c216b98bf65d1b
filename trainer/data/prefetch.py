"""Prepare batches in threads while a network is trained on earlier ones."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

import cv2
import torch

AHEAD = 2  # batches
MAX_WORKERS = 8


class BatchSource(Protocol):
    """Makes samples in main memory; several threads may ask for parts of the same step."""

    def batch(self, positions: range) -> Any:
        """A NamedTuple of tensors with a row for each position."""
        ...

    def close(self) -> None:
        """End what makes samples; a thread that waits for it gets an error."""
        ...


class Prefetcher:
    """Batches of a source on the device of the run, prepared ahead.

    OpenCV and PyTorch release Python's lock while they work on pixels, so threads keep all cores busy without copying
    anything between processes.

    Attributes:
        description: how batches are prepared, in words.
    """

    def __init__(
        self, source: BatchSource, batch: int, device: torch.device, *, workers: int, images: str = "images on disk"
    ) -> None:
        """Args:
        source: of the samples.
        batch: samples a step, of all processes together.
        device: where batches are put.
        workers: threads that share the samples of a batch.
        images: where the images are, in words.
        """
        cv2.setNumThreads(1)  # the images are small, and other threads train
        self.description = f"{images}, {workers} worker{'s' if workers > 1 else ''}"
        self._source, self._batch, self._device = source, batch, device
        # Batches are begun in order, as rendered people come and go.
        self._coordinator, self._workers, self._count = ThreadPoolExecutor(1), ThreadPoolExecutor(workers), workers
        self._prepared: dict[range, Future[Any]] = {}

    def batch(self, positions: range) -> Any:
        """The samples at some positions of one step."""
        steps = (step * self._batch for step in range(AHEAD + 1))
        wanted = [range(positions.start + step, positions.stop + step) for step in steps]
        self._prepared = {part: self._prepared.get(part) or self._submit(part) for part in wanted}
        batch = self._prepared.pop(positions).result()
        return type(batch)(*(values.to(self._device, non_blocking=True) for values in batch))

    def close(self) -> None:
        """End the threads."""
        self._source.close()
        self._coordinator.shutdown(cancel_futures=True)
        self._workers.shutdown(cancel_futures=True)

    def _submit(self, positions: range) -> Future[Any]:
        return self._coordinator.submit(self._prepare, positions)

    def _prepare(self, positions: range) -> Any:
        rows = -(-len(positions) // self._count)
        parts = [positions[start : start + rows] for start in range(0, len(positions), rows)]
        batches = list(self._workers.map(self._source.batch, parts))
        joined = (torch.cat(values) for values in zip(*batches, strict=True))
        if self._device.type == "cuda":  # which copies from pinned memory without waiting
            joined = (values.pin_memory() for values in joined)
        return type(batches[0])(*joined)


def worker_count(device: torch.device) -> int:
    """Threads that keep a GPU busy; one where the network itself needs the cores."""
    return 1 if device.type == "cpu" else max(1, min(cores_of_a_process() - 1, MAX_WORKERS))


def cores_of_a_process() -> int:
    """CPU cores for each of the training processes that torchrun has started on this machine."""
    return max(1, (os.cpu_count() or 1) // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))
