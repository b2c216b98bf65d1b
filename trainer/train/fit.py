"""One training run, from its options to ``best.safetensors``."""

import csv
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from tqdm import tqdm

from handpose_live.inference.device import pick_device
from handpose_live.inference.loading import load_estimator
from handpose_live.pose.unet import NETWORKS
from handpose_live.pose.weights import WeightsInfo, load_weights, save_weights
from handpose_live.types.errors import HandPoseError

from ..data.folders import EVALUATION, Sample, describe_sets, has_hands, read_all_hands, read_all_negatives
from ..data.image_cache import read_image_cache
from ..data.rendered import RenderedHands
from ..data.training_crops import TrainingCrops
from ..evaluate.evaluate import labelled_joints, predict_crops, standard_crops
from ..evaluate.report import evaluate
from ..recipes import RECIPES, Recipe
from .hard_examples import sample_repeats
from .provenance import Provenance, provenance_of, read_provenance, started
from .run import Run, gains_from_bfloat16

TUNING = 0.4  # of the recipe's learning rate, for a network that has learnt already, lest it forget
MAX_VALIDATED = 1000  # hands, evenly chosen: more would only cost time
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
        out: folder of the run: ``run.json``, ``log.csv``, ``last.pt``, ``best.safetensors``.
        recipe: its name in ``RECIPES``.
        steps: instead of the recipe's.
        device: "cuda", "mps", "cpu" or None for the best there is.
        seed: of everything random.
        start: weights file whose network the run starts from; None for a new network.
        train_on: folders that are trained on as a whole, whatever their splits.
        rendered: share of the hands that are rendered as training goes.
        compiled: let PyTorch compile the network first: a minute that a long run gains many times over.
        raw: see :func:`read_hands`.
        batch: samples a step, instead of the recipe's; the learning rate changes with its square root.
        command: line by which the run was started, for its records; "" if it was not.
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
    compiled: bool = False
    raw: bool = False
    batch: int | None = None
    command: str = ""


def fit(options: FitOptions) -> None:
    """Train a network; goes on from ``last.pt`` where ``out`` has one, with the same options: see :class:`Provenance`.

    A network that has learnt already is shown more often what it finds hard: see :func:`showings`.

    Each of the processes that torchrun has started does its part of every batch. BatchNorm takes each part's own
    statistics: parts of 16 and more are enough for it, and waiting for the others' in every layer costs time.

    Raises:
        HandPoseError: the data or the device is not there, ``start`` does not fit the recipe, ``out`` holds
            a run of other options or data, or batches are too large for a GPU.
    """
    recipe = _recipe(options)
    fabric = _join(options.device, recipe)
    first = fabric.is_global_zero

    kinds = read_all_hands(options.data, "train", raw=options.raw), read_all_hands(options.train_on, None)
    hands = [hand for kind in kinds for hand in kind]
    negatives = read_all_negatives(options.data, "train") + read_all_negatives(options.train_on, None)
    validation = read_all_hands(options.data, "val", raw=options.raw)
    validation = validation[:: -(-len(validation) // MAX_VALIDATED)]
    if options.start:
        network, info = _network_of(options.start, options.recipe)
    else:
        network, info = _new_network(options.recipe, hands, options.seed)
    info = replace(info, data=tuple(dict.fromkeys((*info.data, *_sources(options)))))
    if first:
        counts = f"{len(hands)} hands, {len(negatives)} negatives, {len(validation)} hands to validate on"
        print(f"{counts}, on {fabric.device}.")

    if options.compiled:
        network.compile()
    run = Run(recipe, info, network, fabric, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    provenance = _go_on(run, options, provenance_of(options, recipe))
    run.sample_repeats = _showings(options, kinds, fabric, before=run.sample_repeats)
    crops = _training_crops(options, recipe, info, [*hands, *negatives], fabric, often=run.sample_repeats)

    validated = list(standard_crops(validation, info)) if first else []
    losses: list[Tensor] = []
    part = recipe.batch // fabric.world_size
    steps = range(run.step, recipe.steps)
    if first and steps:
        _record_start(provenance, options, steps, fabric)
    for step in tqdm(steps, initial=run.step, total=recipe.steps, unit="step", dynamic_ncols=True, disable=not first):
        start = step * recipe.batch + fabric.global_rank * part
        losses.append(_train(run, crops, range(start, start + part)))
        if run.step % recipe.epoch and run.step != recipe.steps:
            continue
        loss = float(cast(Tensor, fabric.all_reduce(torch.stack(losses).mean())))
        losses.clear()
        run.end_epoch(loss)
        if not first:
            continue
        estimator = run.estimator()
        errors = [prediction.error_percent for some in validated for prediction in predict_crops(estimator, some)]
        error_percent = float(np.mean(errors))
        if error_percent < run.best_percent:
            run.best_percent = error_percent
            save_weights(options.out / "best.safetensors", run.averaged, info)
        _log(options.out / "log.csv", run, loss, error_percent)
        run.save(options.out / "last.pt")
    if first:
        _print_results(options)


def _go_on(run: Run, options: FitOptions, now: Provenance) -> Provenance:
    """Load the last checkpoint, if there is one of the same options; what the run is made of, with its starts so far.

    Raises:
        HandPoseError: it is of other options.
    """
    checkpoint = options.out / "last.pt"
    if not checkpoint.is_file():
        return now
    before = read_provenance(options.out / "run.json")
    if before is not None:
        before.refuse_other_options(now, options.out)
    run.load(checkpoint)
    return before or now


def _record_start(provenance: Provenance, options: FitOptions, steps: range, fabric: Fabric) -> None:
    command = options.command or repr(options)
    now = started(provenance, command, steps=steps, device=fabric.device, processes=fabric.world_size)
    now.write(options.out / "run.json")


def _train(run: Run, crops: TrainingCrops, positions: range) -> Tensor:
    try:
        return run.train(crops.batch(positions))
    except torch.OutOfMemoryError as error:
        raise HandPoseError(
            f"The GPU has too little memory for {len(positions)} samples a step; name a smaller --batch."
        ) from error


def _recipe(options: FitOptions) -> Recipe:
    """The recipe with what is wanted otherwise."""
    recipe = RECIPES[options.recipe]
    batch = options.batch or recipe.batch
    rate = recipe.learning_rate * (batch / recipe.batch) ** 0.5 * (TUNING if options.start else 1)
    return replace(recipe, steps=options.steps or recipe.steps, batch=batch, learning_rate=rate)


def _join(device: str | None, recipe: Recipe) -> Fabric:
    """The processes that train together: those that torchrun has started, or this one alone.

    Raises:
        HandPoseError: the device is not there, or the batch cannot be shared out evenly.
    """
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # not a word on what is as it should be
    kind = torch.device(pick_device(device))
    if kind.type == "cuda":
        torch.set_num_threads(1)  # what is left to the processor is too little to be shared
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


def _showings(
    options: FitOptions, kinds: tuple[list[Sample], list[Sample]], fabric: Fabric, *, before: Tensor | None
) -> Tensor | None:
    """How often to show each hand: as before, or as the network at the start says."""
    if before is not None:
        return before
    if options.start is None:
        return None
    often = sample_repeats(load_estimator(options.start, options.device), kinds) if fabric.is_global_zero else None
    return torch.as_tensor(fabric.broadcast(often))


def _training_crops(
    options: FitOptions,
    recipe: Recipe,
    info: WeightsInfo,
    samples: list[Sample],
    fabric: Fabric,
    *,
    often: Tensor | None,
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
        read_image_cache(samples, options.out, margin=margin, device=shelf, progress=fabric.is_global_zero),
        recipe,
        crop_px=info.crop_px,
        seed=options.seed,
        device=fabric.device,
        sample_repeats=None if often is None else often.cpu().numpy(),
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
    yield from describe_sets(
        [*((folder, "train") for folder in options.data), *((folder, None) for folder in options.train_on)]
    )
    if options.rendered:
        yield f"rendered while training: a share of {options.rendered:g} of the hands, made by this program"


def _new_network(recipe: str, hands: list[Sample], seed: int) -> tuple[nn.Module, WeightsInfo]:
    torch.manual_seed(seed)
    name = RECIPES[recipe].network
    info = WeightsInfo(name, *pixel_statistics(hands), recipe=recipe)
    if not RECIPES[recipe].augmented:  # it learns from whole pictures, and hands are to be as large in crops
        info = replace(info, crop_margin=picture_margin(hands))
    return NETWORKS[name](), info


def _network_of(start: Path, recipe: str) -> tuple[nn.Module, WeightsInfo]:
    """A trained network to go on from. It keeps the crops and the pixel statistics that it has learnt with."""
    network, info = load_weights(start)
    if info.network != RECIPES[recipe].network:
        raise HandPoseError(f"{start} holds the network '{info.network}', which --recipe {recipe} does not train.")
    return network, replace(info, recipe=recipe, metrics={}, licence="")


def picture_margin(hands: list[Sample]) -> float:
    """The typical side of a picture in units of the joint box in it, over up to 1000 pictures."""
    some = hands[:: max(1, len(hands) // 1000)]
    margins = [max(hand.read().shape) / np.ptp(labelled_joints(hand), axis=0).max() for hand in some]
    return round(float(np.median(margins)), 2)


def pixel_statistics(hands: list[Sample]) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Mean and standard deviation per RGB channel, of pixels scaled to 0..1, over up to 1000 pictures."""
    pixels = np.concatenate([hand.read()[::4, ::4].reshape(-1, 3) for hand in hands[:: max(1, len(hands) // 1000)]])
    red, green, blue = (pixels[:, channel].astype(np.float64) / 255 for channel in range(3))
    return (
        (float(red.mean()), float(green.mean()), float(blue.mean())),
        (float(red.std()), float(green.std()), float(blue.std())),
    )


def _log(path: Path, run: Run, loss: float, error_percent: float) -> None:
    """One more line of the run's diary."""
    new = not path.is_file()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(["step", "samples", "seconds", "learning_rate", "loss", "validation_error_percent"])
        samples, rate = run.step * run.recipe.batch, run.optimiser.param_groups[0]["lr"]
        writer.writerow([run.step, samples, f"{run.seconds:.0f}", f"{rate:.2e}", f"{loss:.4f}", f"{error_percent:.3f}"])
