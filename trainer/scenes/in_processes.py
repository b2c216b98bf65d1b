"""Work on many scenes in processes, each with an OpenGL context of its own."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from typing import TypeVar

Result = TypeVar("Result")
# Threads of software OpenGL and of NumPy's and PyTorch's linear algebra.
ONE_THREAD = ("LP_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def map_in_processes(work: Callable[[int], Result], numbers: range, *, chunk: int, workers: int) -> Iterator[Result]:
    """Call a picklable function for each number, in order.

    Args:
        work: that is called in the processes.
        numbers: to work on.
        chunk: numbers that one process works on in a row.
        workers: processes; with fewer than two, this process works itself.
    """
    if workers < 2:
        yield from map(work, numbers)
        return
    use_one_thread_each()
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(work, numbers, chunksize=chunk)


def use_one_thread_each() -> None:
    """Let the processes that this one spawns, one a core, use one thread each: they inherit the environment."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
