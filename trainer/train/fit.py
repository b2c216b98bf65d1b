"""One training run, from its options to ``best.safetensors``."""

from contextlib import closing
from typing import NoReturn, cast

import torch
from lightning_fabric import Fabric
from torch import Tensor
from tqdm import tqdm

from handpose_live.inference.loading import load_estimator
from handpose_live.types.errors import HandPoseError

from ..recipes import BaseRecipe, DetectorRecipe, Recipe
from .detection_task import DetectionTask
from .hard_examples import sample_repeats
from .options import FitOptions
from .pose_task import PoseTask
from .processes import launch_fabric
from .provenance import Provenance, provenance_of, read_provenance
from .run import Run
from .task import Batches, Task
from .validation import Validation


def fit(options: FitOptions, *, test: bool = True) -> None:
    """Train a network, and measure the best one on the test splits unless ``test`` is False.

    Resumes from ``last.pt`` if ``out`` has one of the same options; see :class:`Provenance`. Fine-tuning a network
    mines hard examples; see :func:`sample_repeats`.

    Each of the processes that torchrun has started trains on its part of every batch. BatchNorm takes the statistics
    of each part on its own: parts of 16 and more are enough for it, and synchronising every layer costs time.

    Raises:
        HandPoseError: the data or the device is not available, ``start`` does not fit the recipe, ``out`` holds
            a run of other options or data, or batches are too large for a GPU.
    """
    recipe = options.resolved_recipe()
    fabric = launch_fabric(options.device, recipe.batch)
    task = _task(options, recipe)
    if fabric.is_global_zero:
        print(f"{task.summary()}, on {fabric.device}.")
    if options.compiled:
        task.network.compile()
    run = Run(task, fabric, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    provenance = _resume(run, options, provenance_of(options, recipe))
    run.sample_repeats = _sample_repeats(run, options, task, fabric)
    validation = Validation(task.info, options) if fabric.is_global_zero else None
    if fabric.is_global_zero and run.step < recipe.steps:
        _record_start(provenance, run, options, fabric)
    with closing(task.batches(fabric, run.step, run.sample_repeats)) as batches:
        _train(run, batches, fabric, validation)
    if fabric.is_global_zero and test:
        task.print_results()


def _task(options: FitOptions, recipe: BaseRecipe) -> Task:
    match recipe:
        case Recipe():
            return PoseTask.read(options, recipe)
        case DetectorRecipe():
            return DetectionTask.read(options, recipe)
    raise TypeError(recipe)


def _resume(run: Run, options: FitOptions, provenance: Provenance) -> Provenance:
    """Load the last checkpoint if there is one. Returns the provenance of the run, with its previous starts.

    Raises:
        HandPoseError: the checkpoint was made with other options.
    """
    if not options.checkpoint.is_file():
        return provenance
    recorded = read_provenance(options.out / "run.json")
    if recorded is not None:
        recorded.check_same_options(provenance, options.out)
    run.load(options.checkpoint)
    return recorded or provenance


def _sample_repeats(run: Run, options: FitOptions, task: Task, fabric: Fabric) -> Tensor | None:
    """The repeats of the checkpoint, or by the errors of the network that the run starts from."""
    if run.sample_repeats is not None or options.start is None or not task.groups:
        return run.sample_repeats
    estimator = load_estimator(options.start, options.device) if fabric.is_global_zero else None
    repeats = sample_repeats(estimator, task.groups) if estimator else None
    return torch.as_tensor(fabric.broadcast(repeats))


def _record_start(provenance: Provenance, run: Run, options: FitOptions, fabric: Fabric) -> None:
    steps, command = range(run.step, run.recipe.steps), options.command or repr(options)
    provenance = provenance.with_start(command, steps=steps, device=fabric.device, processes=fabric.world_size)
    provenance.write(options.out / "run.json")


def _train(run: Run, batches: Batches, fabric: Fabric, validation: Validation | None) -> None:
    """Do the remaining steps; ``validation`` is that of the first process, which alone writes files."""
    recipe, part = run.recipe, run.recipe.batch // fabric.world_size
    losses: list[Tensor] = []
    bar = _progress_bar(run, f"{fabric.device.type}, {batches.description}", hidden=validation is None)
    for step in range(run.step, recipe.steps):
        start = step * recipe.batch + fabric.global_rank * part
        losses.append(_train_on(run, batches, range(start, start + part)))
        bar.set_postfix_str(f"step {run.step}/{recipe.steps}", refresh=False)
        bar.update(recipe.batch)
        if run.step % recipe.epoch == 0 or run.step == recipe.steps:
            loss = float(cast(Tensor, fabric.all_reduce(torch.stack(losses).mean())))
            losses.clear()
            run.end_epoch(loss)
            if validation:
                validation.end_epoch(run, loss)
    bar.close()


def _progress_bar(run: Run, description: str, *, hidden: bool) -> "tqdm[NoReturn]":
    """A bar that counts the samples of all processes."""
    batch = run.recipe.batch
    return tqdm(
        desc=description,
        initial=run.step * batch,
        total=run.recipe.steps * batch,
        unit=" samples",
        unit_scale=True,
        dynamic_ncols=True,
        disable=hidden,
    )


def _train_on(run: Run, batches: Batches, positions: range) -> Tensor:
    try:
        return run.train(batches.batch(positions))
    except torch.OutOfMemoryError as error:
        raise HandPoseError(
            f"The GPU has too little memory for {len(positions)} samples a step; name a smaller --batch."
        ) from error
