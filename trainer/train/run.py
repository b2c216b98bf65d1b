"""What changes while a network is trained, step by step, and how it is kept."""

import copy
import time
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import SGD
from torch.optim.lr_scheduler import LambdaLR, ReduceLROnPlateau

from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.pose.pose_network import Normalise
from handpose_live.pose.weights import WeightsInfo
from handpose_live.types.errors import HandPoseError

from ..augment.corruptions import colour_jitter, corrupt
from ..data.training_crops import Batch
from ..recipes import Recipe
from .cuda_graph_step import CudaGraphStep
from .losses import total_loss
from .muon import Muon

OTHER_DIRT = 1_000_003  # each process spoils its crops in its own way


class Run:
    """What changes during training: the network and everything that a checkpoint holds.

    Attributes:
        recipe: by which it goes.
        averaged: the network that is kept.
        step: how many were done.
        seconds: that they took.
        best_percent: the lowest validation error so far.
        showings: how often each hand is shown in an epoch; None for once.
    """

    def __init__(self, recipe: Recipe, info: WeightsInfo, network: nn.Module, fabric: Fabric, seed: int) -> None:
        self.recipe, self._info, self._fabric, self._seed = recipe, info, fabric, seed
        self._normalise = Normalise(info).to(fabric.device)
        self._generator = torch.Generator()
        nn.utils.convert_conv2d_weight_memory_format(network, torch.channels_last)
        network.to(fabric.device)
        self.averaged = copy.deepcopy(network).requires_grad_(False)
        optimiser, self.schedule = _optimiser(network, recipe)
        self.network, self.optimiser = fabric.setup(network, optimiser)
        self._kept, self._new = _floats(self.averaged), _floats(network)
        self._share = torch.ones((), device=fabric.device)
        recordable = fabric.device.type == "cuda" and fabric.world_size == 1 and isinstance(optimiser, Muon)
        self._learn = CudaGraphStep(self._take_step) if recordable else self._take_step
        self.step = 0
        self.seconds = 0.0
        self.best_percent = float("inf")
        self.sample_repeats: Tensor | None = None
        self._clock = time.monotonic()

    def train(self, batch: Batch) -> Tensor:
        """One step of the optimiser. Returns the loss, detached."""
        if self.recipe.augmented:
            augmentation_strength = self.recipe.augmentation_strength(self.step)
            self._generator.manual_seed(self._seed + self.step + self._fabric.global_rank * OTHER_DIRT)
            images = corrupt(
                colour_jitter(batch, self._generator, augmentation_strength), self._generator, augmentation_strength
            )
        else:
            images = batch.images.float()
        # The averaged network is an exponential average, but at the start it forgets the first weights faster.
        self._share.fill_(max(1 - self.recipe.averaging, 10 / (10 + self.step)))
        loss = self._learn(batch._replace(images=self._normalise(images)))
        if isinstance(self.schedule, LambdaLR):
            self.schedule.step()
        self.step += 1
        return loss.detach()

    def _take_step(self, batch: Batch) -> Tensor:
        """Learn from normalised images. Nothing here asks a GPU for a value, or it could not be recorded."""
        loss = total_loss(self.network.train()(batch.images), batch, self.recipe)
        self.optimiser.zero_grad()
        self._fabric.backward(loss)
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        changes = torch._foreach_sub(self._new, self._kept)
        torch._foreach_add_(self._kept, torch._foreach_mul(changes, self._share))
        return loss

    def end_epoch(self, loss: float) -> None:
        """Take the time, and let a learning rate that waits for a standstill know the loss."""
        now = time.monotonic()
        self.seconds, self._clock = self.seconds + now - self._clock, now
        if isinstance(self.schedule, ReduceLROnPlateau):
            self.schedule.step(loss)

    def estimator(self) -> TorchEstimator:
        """The averaged network as the program would run it; a copy, for training goes on."""
        return TorchEstimator(copy.deepcopy(self.averaged), self._info, self._fabric.device.type)

    _stateful = ("network", "averaged", "optimiser", "schedule")
    _values = ("step", "seconds", "best_percent", "sample_repeats")

    def save(self, path: Path) -> None:
        """Write a checkpoint, in one go: a kill leaves the last one whole."""
        state = {name: getattr(self, name).state_dict() for name in self._stateful}
        part = path.with_suffix(".part")
        torch.save(state | {name: getattr(self, name) for name in self._values}, part)
        part.replace(path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint.

        Raises:
            HandPoseError: it is none of the same recipe.
        """
        try:
            state: dict[str, Any] = torch.load(path, map_location=self._fabric.device, weights_only=True)
            for name in self._stateful:
                getattr(self, name).load_state_dict(state[name])
            for name in self._values:
                setattr(self, name, state[name])
        except (KeyError, RuntimeError, ValueError, EOFError, UnpicklingError) as error:
            raise HandPoseError(f"{path} is no checkpoint of this recipe; name another folder with --out.") from error


def _floats(network: nn.Module) -> list[Tensor]:
    """All that is averaged of a network."""
    return [values for values in network.state_dict().values() if values.is_floating_point()]


def gains_from_bfloat16(device: torch.device) -> bool:
    """Half the memory traffic on a GPU; CPUs with AVX-512 are up to three times as fast, others thirty times slower."""
    if device.type == "cpu":
        return bool(torch.backends.cpu.get_cpu_capability() == "AVX512")
    return device.type == "cuda"


def _optimiser(network: nn.Module, recipe: Recipe) -> tuple[SGD | Muon, LambdaLR | ReduceLROnPlateau]:
    if recipe.optimiser == "sgd":
        sgd = SGD(network.parameters(), lr=recipe.learning_rate)
        return sgd, ReduceLROnPlateau(sgd, factor=0.5, patience=20)
    dtype = torch.bfloat16 if gains_from_bfloat16(next(network.parameters()).device) else torch.float32
    muon = Muon(network, learning_rate=recipe.learning_rate, weight_decay=0.02, dtype=dtype)

    def height(step: int) -> float:
        return min((step + 1) / (0.05 * recipe.steps), 1 - recipe.settled(step))

    return muon, LambdaLR(muon, height)
