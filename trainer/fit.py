"""One training run, from its options to ``best.safetensors``."""

import copy
import csv
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import SGD, AdamW
from torch.optim.lr_scheduler import LambdaLR, ReduceLROnPlateau
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader
from tqdm import tqdm

from handpose_live.errors import HandPoseError
from handpose_live.pose.estimator import Normalise, PoseEstimator, pick_device
from handpose_live.pose.unet import NETWORKS
from handpose_live.pose.weights import WeightsInfo, load_weights, save_weights
from trainer.augment import spoil
from trainer.data.crops import Batch, TrainingCrops, start_worker
from trainer.data.folders import Sample, read_all_hands, read_all_negatives
from trainer.evaluate import measure
from trainer.losses import total_loss
from trainer.recipes import RECIPES, Recipe


@dataclass(frozen=True)
class FitOptions:
    """What a person chooses of a run.

    Attributes:
        data: folders in FreiHAND's layout, mixed.
        out: folder of the run: ``log.csv``, ``last.pt``, ``best.safetensors``.
        recipe: its name in ``RECIPES``.
        steps: instead of the recipe's.
        device: "cuda", "mps", "cpu" or None for the best there is.
        workers: processes that load pictures.
        seed: of everything random.
        start: weights file whose network the run starts from; None for a new network.
    """

    data: tuple[Path, ...]
    out: Path
    recipe: str
    steps: int | None
    device: str | None
    workers: int
    seed: int
    start: Path | None = None


def fit(options: FitOptions) -> None:
    """Train a network; goes on from ``last.pt`` where ``out`` has one.

    Raises:
        HandPoseError: the data or the device is not there, ``start`` does not fit the recipe, or ``out`` holds
            the run of another recipe.
    """
    recipe = RECIPES[options.recipe]
    recipe = replace(recipe, steps=options.steps or recipe.steps)
    device = pick_device(options.device)

    hands = read_all_hands(options.data, "train")
    validation = read_all_hands(options.data, "val")
    negatives = read_all_negatives(options.data, "train")
    print(f"{len(hands)} hands, {len(negatives)} negatives, {len(validation)} hands to validate on, on {device}.")
    if options.start:
        network, info = _network_of(options.start, options.recipe)
    else:
        network, info = _new_network(options.recipe, hands, options.seed)

    run = Run(recipe, info, network, device, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    if (options.out / "last.pt").is_file():
        run.load(options.out / "last.pt")
    crops = TrainingCrops(hands, negatives, recipe, crop_px=info.crop_px, margin=info.crop_margin, seed=options.seed)
    positions = range(run.step * recipe.batch, recipe.steps * recipe.batch)
    loader = DataLoader(
        crops,
        recipe.batch,
        sampler=positions,
        num_workers=options.workers,
        worker_init_fn=start_worker,
        prefetch_factor=4 if options.workers else None,
    )

    losses: list[Tensor] = []
    for batch in tqdm(loader, initial=run.step, total=recipe.steps, unit="step", dynamic_ncols=True):
        losses.append(run.train(Batch(*(part.to(device) for part in batch))))
        if run.step % recipe.epoch and run.step != recipe.steps:
            continue
        loss = float(torch.stack(losses).mean())
        losses.clear()
        run.end_epoch(loss)
        error_percent = measure(run.estimator(), validation).mean_error_percent
        if error_percent < run.best_percent:
            run.best_percent = error_percent
            save_weights(options.out / "best.safetensors", run.averaged.module, info)
        _log(options.out / "log.csv", run, loss, error_percent)
        run.save(options.out / "last.pt")


class Run:
    """What changes during training: the network and everything that a checkpoint holds."""

    def __init__(self, recipe: Recipe, info: WeightsInfo, network: nn.Module, device: torch.device, seed: int) -> None:
        self._recipe, self._info, self._device, self._seed = recipe, info, device, seed
        self._normalise = Normalise(info).to(device)
        self._generator = torch.Generator(device)
        self.network = network.to(device)
        nn.utils.convert_conv2d_weight_memory_format(self.network, torch.channels_last)
        self.averaged = AveragedModel(self.network, avg_fn=_moving_average(recipe.averaging), use_buffers=True)
        self.optimiser, self.schedule = _optimiser(self.network, recipe)
        self.step = 0
        self.seconds = 0.0
        self.best_percent = float("inf")
        self._clock = time.monotonic()

    def train(self, batch: Batch) -> Tensor:
        """One step of the optimiser. Returns the loss, detached."""
        images = batch.images.float()
        if self._recipe.augmented:
            images = spoil(images, self._generator.manual_seed(self._seed + self.step))
        with torch.autocast(self._device.type, torch.bfloat16, enabled=gains_from_bfloat16(self._device)):
            output = self.network.train()(self._normalise(images))
        loss = total_loss(output, batch, self._recipe)
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        if isinstance(self.schedule, LambdaLR):
            self.schedule.step()
        self.averaged.update_parameters(self.network)
        self.step += 1
        return loss.detach()

    def end_epoch(self, loss: float) -> None:
        """Take the time, and let a learning rate that waits for a standstill know the loss."""
        now = time.monotonic()
        self.seconds, self._clock = self.seconds + now - self._clock, now
        if isinstance(self.schedule, ReduceLROnPlateau):
            self.schedule.step(loss)

    def estimator(self) -> PoseEstimator:
        """The averaged network as the program would run it; a copy, for training goes on."""
        return PoseEstimator(copy.deepcopy(self.averaged.module), self._info, self._device.type)

    _stateful = ("network", "averaged", "optimiser", "schedule")
    _numbers = ("step", "seconds", "best_percent")

    def save(self, path: Path) -> None:
        """Write a checkpoint, in one go: a kill leaves the last one whole."""
        state = {name: getattr(self, name).state_dict() for name in self._stateful}
        part = path.with_suffix(".part")
        torch.save(state | {name: getattr(self, name) for name in self._numbers}, part)
        part.replace(path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint.

        Raises:
            HandPoseError: it is none of the same recipe.
        """
        try:
            state: dict[str, Any] = torch.load(path, map_location=self._device, weights_only=True)
            for name in self._stateful:
                getattr(self, name).load_state_dict(state[name])
            for name in self._numbers:
                setattr(self, name, state[name])
        except (KeyError, RuntimeError, ValueError, UnpicklingError) as error:
            raise HandPoseError(f"{path} is no checkpoint of this recipe; name another folder with --out.") from error


def _new_network(recipe: str, hands: list[Sample], seed: int) -> tuple[nn.Module, WeightsInfo]:
    torch.manual_seed(seed)
    name = RECIPES[recipe].network
    return NETWORKS[name](), WeightsInfo(name, *pixel_statistics(hands), recipe=recipe)


def _network_of(start: Path, recipe: str) -> tuple[nn.Module, WeightsInfo]:
    """A trained network to go on from. It keeps the crops and the pixel statistics that it has learnt with."""
    network, info = load_weights(start)
    if info.network != RECIPES[recipe].network:
        raise HandPoseError(f"{start} holds the network '{info.network}', which --recipe {recipe} does not train.")
    return network, replace(info, recipe=recipe, data=(), metrics={}, licence="")


def gains_from_bfloat16(device: torch.device) -> bool:
    """Half the memory traffic on a GPU; CPUs with AVX-512 are up to three times as fast, others thirty times slower."""
    if device.type == "cpu":
        return bool(torch.backends.cpu.get_cpu_capability() == "AVX512")
    return device.type == "cuda"


def pixel_statistics(hands: list[Sample]) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Mean and standard deviation per RGB channel, of pixels scaled to 0..1, over up to 1000 pictures."""
    pixels = np.concatenate([hand.read()[::4, ::4].reshape(-1, 3) for hand in hands[:: max(1, len(hands) // 1000)]])
    red, green, blue = (pixels[:, channel].astype(np.float64) / 255 for channel in range(3))
    return (
        (float(red.mean()), float(green.mean()), float(blue.mean())),
        (float(red.std()), float(green.std()), float(blue.std())),
    )


def _optimiser(network: nn.Module, recipe: Recipe) -> tuple[SGD | AdamW, LambdaLR | ReduceLROnPlateau]:
    if recipe.optimiser == "sgd":
        sgd = SGD(network.parameters(), lr=recipe.learning_rate)
        return sgd, ReduceLROnPlateau(sgd, factor=0.5, patience=20)
    adamw = AdamW(network.parameters(), lr=recipe.learning_rate, weight_decay=0.02)

    def height(step: int) -> float:
        return min(1.0, (step + 1) / (0.05 * recipe.steps), (recipe.steps - step) / (0.4 * recipe.steps))

    return adamw, LambdaLR(adamw, height)


def _moving_average(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """An exponential moving average that forgets faster at the start, or it would drag along the first weights."""

    def average(kept: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
        step = max(1 - decay, 10 / (10 + int(count)))
        return torch.lerp(kept, new, step) if kept.is_floating_point() else new

    return average


def _log(path: Path, run: Run, loss: float, error_percent: float) -> None:
    """One more line of the run's diary."""
    new = not path.is_file()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(["step", "seconds", "learning_rate", "loss", "validation_error_percent"])
        rate = run.optimiser.param_groups[0]["lr"]
        writer.writerow([run.step, f"{run.seconds:.0f}", f"{rate:.2e}", f"{loss:.4f}", f"{error_percent:.3f}"])
