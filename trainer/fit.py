"""One training run, from its options to ``best.safetensors``."""

import copy
import csv
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, cast

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import SGD, AdamW
from torch.optim.lr_scheduler import LambdaLR, ReduceLROnPlateau
from torch.optim.swa_utils import AveragedModel
from tqdm import tqdm

from handpose_live.errors import HandPoseError
from handpose_live.pose.estimator import Normalise, PoseEstimator, pick_device
from handpose_live.pose.unet import NETWORKS
from handpose_live.pose.weights import WeightsInfo, load_weights, save_weights
from trainer.augment import spoil
from trainer.data.album import read_album
from trainer.data.crops import Batch, TrainingCrops
from trainer.data.folders import EVALUATION, Sample, describe_sets, has_hands, read_all_hands, read_all_negatives
from trainer.data.rendered import RenderedHands
from trainer.evaluate import predict
from trainer.losses import total_loss
from trainer.recipes import RECIPES, Recipe
from trainer.report import evaluate

MOST_VALIDATED = 1000  # hands, evenly chosen: more would only cost time
OTHER_DIRT = 1_000_003  # each process draws its own
SLOW_RENDERING = (
    "Without a CUDA GPU only a few hands a second are rendered, and training waits for them; "
    "'python -m trainer render' writes a folder once, for --train-on."
)


@dataclass(frozen=True)
class FitOptions:
    """What a person chooses of a run.

    Attributes:
        data: folders in FreiHAND's layout, mixed: their training splits are trained on, their validation splits
            tell which network is the best, their test splits how good it is.
        out: folder of the run: ``log.csv``, ``last.pt``, ``best.safetensors``.
        recipe: its name in ``RECIPES``.
        steps: instead of the recipe's.
        device: "cuda", "mps", "cpu" or None for the best there is.
        seed: of everything random.
        start: weights file whose network the run starts from; None for a new network.
        train_on: folders that are trained on as a whole, whatever their splits.
        rendered: share of the hands that are rendered as training goes.
        raw: see :func:`read_hands`.
    """

    data: tuple[Path, ...]
    out: Path
    recipe: str
    steps: int | None
    device: str | None
    seed: int
    start: Path | None = None
    train_on: tuple[Path, ...] = ()
    rendered: float = 0.0
    raw: bool = False


def fit(options: FitOptions) -> None:
    """Train a network; goes on from ``last.pt`` where ``out`` has one.

    Each of the processes that torchrun has started does its part of every batch. BatchNorm takes each part's own
    statistics: parts of 16 and more are enough for it, and waiting for the others' in every layer costs time.

    Raises:
        HandPoseError: the data or the device is not there, ``start`` does not fit the recipe, or ``out`` holds
            the run of another recipe.
    """
    recipe = RECIPES[options.recipe]
    recipe = replace(recipe, steps=options.steps or recipe.steps)
    fabric = _join(options.device, recipe)
    first = fabric.is_global_zero

    hands = read_all_hands(options.data, "train", raw=options.raw) + read_all_hands(options.train_on, None)
    negatives = read_all_negatives(options.data, "train") + read_all_negatives(options.train_on, None)
    validation = read_all_hands(options.data, "val", raw=options.raw)
    validation = validation[:: -(-len(validation) // MOST_VALIDATED)]
    if options.start:
        network, info = _network_of(options.start, options.recipe)
    else:
        network, info = _new_network(options.recipe, hands, options.seed)
    info = replace(info, data=tuple(dict.fromkeys((*info.data, *_sources(options)))))
    if first:
        counts = f"{len(hands)} hands, {len(negatives)} negatives, {len(validation)} hands to validate on"
        print(f"{counts}, on {fabric.device}.")

    run = Run(recipe, info, network, fabric, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    if (options.out / "last.pt").is_file():
        run.load(options.out / "last.pt")
    crops = _training_crops(options, recipe, info, [*hands, *negatives], fabric)

    losses: list[Tensor] = []
    part = recipe.batch // fabric.world_size
    steps = range(run.step, recipe.steps)
    for step in tqdm(steps, initial=run.step, total=recipe.steps, unit="step", dynamic_ncols=True, disable=not first):
        start = step * recipe.batch + fabric.global_rank * part
        losses.append(run.train(crops.batch(range(start, start + part))))
        if run.step % recipe.epoch and run.step != recipe.steps:
            continue
        loss = float(cast(Tensor, fabric.all_reduce(torch.stack(losses).mean())))
        losses.clear()
        run.end_epoch(loss)
        if not first:
            continue
        errors = [prediction.error_percent for prediction in predict(run.estimator(), validation)]
        error_percent = float(np.mean(errors))
        if error_percent < run.best_percent:
            run.best_percent = error_percent
            save_weights(options.out / "best.safetensors", run.averaged.module, info)
        _log(options.out / "log.csv", run, loss, error_percent)
        run.save(options.out / "last.pt")
    if first:
        _print_results(options)


class Run:
    """What changes during training: the network and everything that a checkpoint holds."""

    def __init__(self, recipe: Recipe, info: WeightsInfo, network: nn.Module, fabric: Fabric, seed: int) -> None:
        self._recipe, self._info, self._fabric, self._seed = recipe, info, fabric, seed
        self._normalise = Normalise(info).to(fabric.device)
        self._generator = torch.Generator(fabric.device)
        nn.utils.convert_conv2d_weight_memory_format(network, torch.channels_last)
        network.to(fabric.device)
        self.averaged = AveragedModel(network, avg_fn=_moving_average(recipe.averaging), use_buffers=True)
        optimiser, self.schedule = _optimiser(network, recipe)
        self.network, self.optimiser = fabric.setup(network, optimiser)
        self.step = 0
        self.seconds = 0.0
        self.best_percent = float("inf")
        self._clock = time.monotonic()

    def train(self, batch: Batch) -> Tensor:
        """One step of the optimiser. Returns the loss, detached."""
        images = batch.images.float()
        if self._recipe.augmented:
            dirt = self._seed + self.step + self._fabric.global_rank * OTHER_DIRT
            images = spoil(images, self._generator.manual_seed(dirt))
        output = self.network.train()(self._normalise(images))
        loss = total_loss(output, batch, self._recipe)
        self.optimiser.zero_grad()
        self._fabric.backward(loss)
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
        return PoseEstimator(copy.deepcopy(self.averaged.module), self._info, self._fabric.device.type)

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
            state: dict[str, Any] = torch.load(path, map_location=self._fabric.device, weights_only=True)
            for name in self._stateful:
                getattr(self, name).load_state_dict(state[name])
            for name in self._numbers:
                setattr(self, name, state[name])
        except (KeyError, RuntimeError, ValueError, UnpicklingError) as error:
            raise HandPoseError(f"{path} is no checkpoint of this recipe; name another folder with --out.") from error


def _join(device: str | None, recipe: Recipe) -> Fabric:
    """The processes that train together: those that torchrun has started, or this one alone.

    Raises:
        HandPoseError: the device is not there, or the batch cannot be shared out evenly.
    """
    kind = pick_device(device)
    here, all_ = int(os.environ.get("LOCAL_WORLD_SIZE", "1")), int(os.environ.get("WORLD_SIZE", "1"))
    if recipe.batch % all_:
        raise HandPoseError(f"{all_} processes cannot share batches of {recipe.batch} evenly; start fewer or more.")
    fabric = Fabric(
        accelerator=kind.type,
        devices=here,
        num_nodes=all_ // here,
        strategy="ddp" if all_ > 1 else "auto",
        precision="bf16-mixed" if gains_from_bfloat16(kind) else "32-true",
    )
    fabric.launch()
    return fabric


def _training_crops(
    options: FitOptions, recipe: Recipe, info: WeightsInfo, samples: list[Sample], fabric: Fabric
) -> TrainingCrops:
    margin = info.crop_margin if recipe.augmented else None
    # Pictures are cut where they are kept; only CUDA gains from doing so on the device.
    shelf = fabric.device if fabric.device.type == "cuda" else torch.device("cpu")
    rendered = None
    if options.rendered:
        if shelf.type == "cpu" and fabric.is_global_zero:
            print(SLOW_RENDERING)
        backgrounds = [sample.path for sample in samples if sample.joints_px is None]
        rendered = RenderedHands(options.seed, backgrounds, margin=margin, device=shelf)
    return TrainingCrops(
        read_album(samples, options.out, margin=margin, device=shelf, progress=fabric.is_global_zero),
        recipe,
        crop_px=info.crop_px,
        seed=options.seed,
        device=fabric.device,
        rendered=rendered,
        rendered_share=options.rendered,
    )


def _print_results(options: FitOptions) -> None:
    """Test the best network on what the data has been keeping back for that."""
    for split in ("test", EVALUATION):
        folders = [folder for folder in options.data if has_hands(folder, split)]
        if folders:
            print(f"\nThe best network on the split '{split}':")
            best = options.out / "best.safetensors"
            evaluate(folders, split, best, raw=options.raw, device=options.device, json_path=None, pictures=None)


def _sources(options: FitOptions) -> Iterator[str]:
    """What the run is trained on, in words."""
    for folder in options.data:
        yield from describe_sets(folder, "train")
    for folder in options.train_on:
        yield from describe_sets(folder, None)
    if options.rendered:
        yield f"rendered while training: a share of {options.rendered:g} of the hands, made by this program"


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
