"""Batches that threads prepare ahead."""

import threading
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import Tensor

from handpose_live.types.errors import HandPoseError
from tests.trainer.synthetic_data import write_folder
from trainer.data import prefetch
from trainer.data.detection_samples import from_crops
from trainer.data.folders import read_hands
from trainer.data.prefetch import AHEAD, Prefetcher, worker_count
from trainer.data.training_frames import TrainingFrames, store_frames
from trainer.recipes import DETECTOR_RECIPES

CPU = torch.device("cpu")


class Numbers(NamedTuple):
    values: Tensor


class RecordingSource:
    """Makes batches of the positions themselves, and records what was asked for."""

    def __init__(self, fails_at: int = -1) -> None:
        self.asked: list[int] = []
        self.threads: set[int] = set()
        self.is_closed = False
        self._fails_at, self._lock = fails_at, threading.Lock()

    def batch(self, positions: range) -> Numbers:
        if self._fails_at in positions:
            raise HandPoseError("The image is gone.")
        with self._lock:
            self.asked += positions
            self.threads.add(threading.get_ident())
        return Numbers(torch.tensor(positions))

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_each_position_is_prepared_once_and_in_order_of_the_steps(workers: int) -> None:
    source = RecordingSource()
    with closing(Prefetcher(source, 10, CPU, workers=workers)) as batches:
        for start in range(0, 50, 10):
            assert batches.batch(range(start, start + 5)).values.tolist() == list(range(start, start + 5))
    assert source.is_closed
    steps = [position // 10 for position in source.asked]
    assert steps == sorted(steps)
    assert len(set(source.asked)) == len(source.asked)
    assert threading.get_ident() not in source.threads
    assert max(steps) <= 4 + AHEAD


def test_a_sequence_may_go_on_anywhere() -> None:
    with closing(Prefetcher(RecordingSource(), 4, CPU, workers=2)) as batches:
        for start in (0, 40, 44, 8):
            assert batches.batch(range(start, start + 4)).values.tolist() == list(range(start, start + 4))


def test_an_error_of_a_thread_reaches_the_run() -> None:
    with closing(Prefetcher(RecordingSource(fails_at=9), 4, CPU, workers=2)) as batches:
        for start in (0, 4):
            batches.batch(range(start, start + 4))
        with pytest.raises(HandPoseError, match="gone"):
            batches.batch(range(8, 12))


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_a_detectors_canvases_are_the_same_with_any_number_of_threads(tmp_path: Path, workers: int) -> None:
    write_folder(tmp_path, labels=6)
    samples = from_crops(read_hands(tmp_path, None))
    recipe = DETECTOR_RECIPES["detector"]
    frames = TrainingFrames([samples], [1.0], store_frames(samples), recipe, seed=3)
    with closing(Prefetcher(frames, recipe.batch, CPU, workers=workers)) as batches:
        for start in (0, recipe.batch, 2 * recipe.batch):
            batch = batches.batch(range(start, start + 8))
            for row, position in enumerate(range(start, start + 8)):
                for values, expected in zip(batch, frames.batch(range(position, position + 1)), strict=True):
                    np.testing.assert_array_equal(values[row], expected[0])


def test_the_workers_of_a_machine_are_shared_by_its_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 12)
    cuda = torch.device("cuda")
    assert (worker_count(CPU), worker_count(cuda)) == (1, prefetch.MAX_WORKERS)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    assert worker_count(cuda) == 2
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "16")
    assert worker_count(cuda) == 1
