"""Images of people that processes render while a network is trained, without files in between."""

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Lock
from typing import Generic, TypeVar

from tqdm import tqdm

from handpose_live.types.errors import HandPoseError

from ..scenes.in_processes import use_one_thread_each

Rendered = TypeVar("Rendered")

GROUPS = 16  # in the window, each with people of its own
# The images of a scene are used about so many times before they leave the window: a use is far cheaper than a scene,
# and each perturbs them anew.
USES = 16
SEED_OFFSET = 7_000_003  # of the scenes, so that they are not those that ``render`` writes with the same seed


class RenderedWindow(Generic[Rendered]):
    """A sliding window over an endless sequence of scenes, for any number of threads.

    What is in it depends on nothing but the step, so that a resumed run sees the same images, with any number of
    processes. Processes render ahead; whoever asks for a step that they have not reached waits.
    """

    def __init__(
        self,
        work: Callable[[int], Sequence[Rendered]],
        *,
        group: int,
        uses_per_step: float,
        step: int,
        workers: int,
        progress: bool,
    ) -> None:
        """Start the processes.

        Args:
            work: makes the images of the scene of an index, none or more; picklable.
            group: scenes that one process renders in a row, because they have the same people.
            uses_per_step: images that a step uses, on average, in all training processes together.
            step: the first one that will be asked for.
            workers: processes.
            progress: whether to show how the window is filled.
        """
        self._groups_per_step, self._progress = uses_per_step / (USES * group), progress
        self._groups: deque[Sequence[Rendered]] = deque(maxlen=GROUPS)
        self._images: list[Rendered] = []
        self._next, self._lock = self._first(step), Lock()
        use_one_thread_each()
        # Each process is at most one group ahead, which it cannot send before the previous one is received.
        self._processes, self._receivers = [], []
        context = multiprocessing.get_context("spawn")
        for number in range(workers):
            receiver, sender = context.Pipe(duplex=False)
            numbers = range(self._next + (number - self._next) % workers, sys.maxsize, workers)
            process = context.Process(target=_render, args=(sender, work, group, numbers), daemon=True)
            process.start()
            sender.close()  # the process has its own, whose end is then noticed
            self._processes.append(process)
            self._receivers.append(receiver)

    def at(self, step: int) -> list[Rendered]:
        """The images in the window at a step; steps never decrease.

        Raises:
            HandPoseError: people cannot be rendered.
        """
        with self._lock:
            missing = range(self._next, self._first(step) + GROUPS)
            if missing:
                hidden = not self._progress or len(missing) < GROUPS
                for number in tqdm(missing, "rendering", unit="group", dynamic_ncols=True, disable=hidden):
                    self._groups.append(self._receive(number))
                self._next = missing.stop
                self._images = [image for group in self._groups for image in group]
            return self._images

    def close(self) -> None:
        """End the processes; a thread that waits for images gets an error."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()

    def _first(self, step: int) -> int:
        """The first group in the window at a step."""
        return int(step * self._groups_per_step)

    def _receive(self, number: int) -> Sequence[Rendered]:
        try:
            received = self._receivers[number % len(self._receivers)].recv()
        except (EOFError, ConnectionError) as error:
            raise HandPoseError(
                "A process that renders people has ended; there may be too little memory for one on each core."
            ) from error
        if isinstance(received, HandPoseError):
            raise received
        images: Sequence[Rendered] = received
        return images


def _render(sender: Connection, work: Callable[[int], Sequence[Rendered]], group: int, numbers: range) -> None:
    """Render groups of scenes until the process that receives them closes the window or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that trains
    with suppress(ConnectionError):
        for number in numbers:
            scenes = range(number * group, (number + 1) * group)
            try:
                sender.send([image for scene in scenes for image in work(scene)])
            except HandPoseError as error:
                sender.send(error)
                return
