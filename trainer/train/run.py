"""The state of a training run: what changes from step to step, and what a checkpoint holds."""

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

from handpose_live.pose.pose_network import Normalise
from handpose_live.types.errors import HandPoseError

from ..recipes import BaseRecipe
from .cuda_graph_step import CudaGraphStep
from .muon import Muon
from .processes import supports_bfloat16
from .task import AnyBatch, Task

RANK_SEED_OFFSET = 1_000_003  # so that each process draws other corruptions
WARM_UP_SHARE = 0.05  # of the steps, the first ones: the learning rate rises
MAX_GRADIENT_NORM = 5.0
# Attributes of a run by their key in a checkpoint; the keys are those of version 0.1.0.
MODULE_KEYS = {"network": "network", "averaged": "ema_network", "optimiser": "optimiser", "schedule": "schedule"}
VALUE_KEYS = {
    "step": "step",
    "seconds": "seconds",
    "best_percent": "best_error_percent",
    "showings": "sample_repeats",
}


class Run:
    """The network and everything else that a checkpoint holds.

    Attributes:
        recipe: of the run.
        network: the trained network.
        ema_network: the exponential moving average of its weights, which is what the run results in.
        step: number of steps done.
        seconds: that they took.
        best_error_percent: the lowest validation error so far.
        sample_repeats: ``(n,)`` how often each hand is shown in an epoch; None for once.
    """

    def __init__(self, task: Task, fabric: Fabric, seed: int) -> None:
        recipe, network = task.recipe, task.network
        self.recipe, self._task, self._fabric, self._seed = recipe, task, fabric, seed
        self._normalise = Normalise(task.info).to(fabric.device)
        self._generator = torch.Generator()
        nn.utils.convert_conv2d_weight_memory_format(network, torch.channels_last)
        network.to(fabric.device)
        self.ema_network = copy.deepcopy(network).requires_grad_(False)
        optimiser, self.schedule = _optimiser(network, recipe)
        self.network, self.optimiser = fabric.setup(network, optimiser)
        self._ema_weights, self._weights = _floating_point(self.ema_network), _floating_point(network)
        self._ema_rate = torch.ones((), device=fabric.device)
        capturable = fabric.device.type == "cuda" and fabric.world_size == 1 and isinstance(optimiser, Muon)
        self._optimise = CudaGraphStep(self._optimisation_step) if capturable else self._optimisation_step
        self.step = 0
        self.seconds = 0.0
        self.best_error_percent = float("inf")
        self.sample_repeats: Tensor | None = None
        self._clock: float | None = None  # it starts with the first step, when images have been decoded

    def train(self, batch: AnyBatch) -> Tensor:
        """Do one step of the optimiser. Returns the loss, detached."""
        self._clock = self._clock or time.monotonic()
        images = self._augment(batch)
        # At the start, the moving average forgets the first weights faster.
        self._ema_rate.fill_(max(1 - self.recipe.averaging, 10 / (10 + self.step)))
        loss = self._optimise(batch._replace(images=self._normalise(images)))
        if isinstance(self.schedule, LambdaLR):
            self.schedule.step()
        self.step += 1
        return loss.detach()

    def _augment(self, batch: AnyBatch) -> Tensor:
        strength = self.recipe.augmentation_strength(self.step)
        self._generator.manual_seed(self._seed + self.step + self._fabric.global_rank * RANK_SEED_OFFSET)
        return self._task.augment(batch, self._generator, strength)

    def _optimisation_step(self, batch: AnyBatch) -> Tensor:
        """Train on normalised images. Nothing here reads a value back from the GPU: a CUDA graph could not."""
        loss = self._task.loss(self.network.train()(batch.images), batch)
        self.optimiser.zero_grad()
        self._fabric.backward(loss)
        nn.utils.clip_grad_norm_(self.network.parameters(), MAX_GRADIENT_NORM)
        self.optimiser.step()
        changes = torch._foreach_sub(self._weights, self._ema_weights)
        torch._foreach_add_(self._ema_weights, torch._foreach_mul(changes, self._ema_rate))
        return loss

    def end_epoch(self, loss: float) -> None:
        """Update the training time, and a learning rate that depends on the epoch's mean loss."""
        now = time.monotonic()
        self.seconds, self._clock = self.seconds + now - (self._clock or now), now
        if isinstance(self.schedule, ReduceLROnPlateau):
            self.schedule.step(loss)

    def error_percent(self) -> float:
        """The validation error of the averaged network."""
        return self._task.error_percent(self.ema_network, self._fabric.device)

    def save(self, path: Path) -> None:
        """Write a checkpoint atomically: if the process is killed, the previous one stays intact."""
        state = {key: getattr(self, name).state_dict() for key, name in MODULE_KEYS.items()}
        part = path.with_suffix(".part")
        torch.save(state | {key: getattr(self, name) for key, name in VALUE_KEYS.items()}, part)
        part.replace(path)

    def load(self, path: Path) -> None:
        """Resume from a checkpoint.

        Raises:
            HandPoseError: it is not one of the same recipe.
        """
        try:
            state: dict[str, Any] = torch.load(path, map_location=self._fabric.device, weights_only=True)
            for key, name in MODULE_KEYS.items():
                getattr(self, name).load_state_dict(state[key])
            for key, name in VALUE_KEYS.items():
                setattr(self, name, state[key])
        except (KeyError, RuntimeError, ValueError, EOFError, UnpicklingError) as error:
            raise HandPoseError(f"{path} is no checkpoint of this recipe; name another folder with --out.") from error


def _floating_point(network: nn.Module) -> list[Tensor]:
    """Everything in a network that can be averaged."""
    return [values for values in network.state_dict().values() if values.is_floating_point()]


def _optimiser(network: nn.Module, recipe: BaseRecipe) -> tuple[SGD | Muon, LambdaLR | ReduceLROnPlateau]:
    if recipe.optimiser == "sgd":
        sgd = SGD(network.parameters(), lr=recipe.learning_rate)
        return sgd, ReduceLROnPlateau(sgd, factor=0.5, patience=20)
    dtype = torch.bfloat16 if supports_bfloat16(next(network.parameters()).device) else torch.float32
    muon = Muon(network, learning_rate=recipe.learning_rate, weight_decay=0.02, dtype=dtype)

    def lr_factor(step: int) -> float:
        return min((step + 1) / (WARM_UP_SHARE * recipe.steps), 1 - recipe.decay(step))

    return muon, LambdaLR(muon, lr_factor)
