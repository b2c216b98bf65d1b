"""The task of the network that finds hands in frames."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from handpose_live.detection.network import HandDetector
from handpose_live.detection.weights import DetectorInfo, load_detector

from ..data.detection_samples import DetectionSample, from_crops, from_frames
from ..data.folders import Sample, read_all_hands, read_all_negatives
from ..data.frame_splits import split_of
from ..data.frames import MarkedFrame, read_frames
from ..data.prefetch import Prefetcher, worker_count
from ..data.rendered import render_frame
from ..data.training_frames import STORED_PX, FrameBatch, TrainingFrames, mean_tiles, store_frames
from ..evaluate.missed_hands import missed_percent
from ..recipes import DETECTOR_RECIPES, DetectorRecipe
from .detection_loss import detection_loss
from .initial_network import pixel_statistics
from .options import FitOptions
from .rendered_window import open_window

VALIDATED = 384  # canvases
VALIDATION_SEED = 0x7E57
HELD_OUT_EVERY = 20  # rendered frames


@dataclass(frozen=True)
class SampleGroups:
    """The samples of a split by their kind, each kind with its share of a canvas."""

    groups: list[list[DetectionSample]]
    shares: list[float]

    @classmethod
    def read(cls, options: FitOptions, recipe: DetectorRecipe, split: str) -> "SampleGroups":
        """Read the labels of a split; each set of frames is a group of its own, as large as the others.

        Raises:
            HandPoseError: a folder cannot be used, or has nothing of that split.
        """
        whole_folders = options.train_on if split == "train" else ()
        parts, excluded = ((options.data, split), (whole_folders, None)), options.excluded_sets
        hands, negatives = (
            from_crops([sample for folders, part in parts for sample in read(folders, part, exclude_sets=excluded)])
            for read in (read_all_hands, read_all_negatives)
        )
        groups, shares = [hands, negatives], [recipe.hand_share, recipe.negative_share]
        for folder in options.frames:
            sets = _by_set(from_frames(_read_frames(folder, split, options.leave_out)))
            groups += sets
            shares += [recipe.frame_share / len(options.frames) / len(sets)] * len(sets)
        return cls(groups, shares)

    @property
    def samples(self) -> list[DetectionSample]:
        """All samples, in order."""
        return [sample for group in self.groups for sample in group]


@dataclass
class DetectionTask:
    """Finds hands; see :class:`~trainer.train.task.Task`."""

    options: FitOptions
    recipe: DetectorRecipe
    samples: SampleGroups
    network: nn.Module
    info: DetectorInfo
    groups: Sequence[Sequence[Sample]] = ()

    @classmethod
    def read(cls, options: FitOptions, recipe: DetectorRecipe) -> "DetectionTask":
        """Read the labels and the network that a run starts with.

        Raises:
            HandPoseError: a folder cannot be used, or ``start`` does not fit the recipe.
        """
        samples = SampleGroups.read(options, recipe, "train")
        return cls(options, recipe, samples, *_initial_network(options, samples))

    def summary(self) -> str:
        """Count the samples, in words."""
        hands = sum(len(sample.hands.sizes) for sample in self.samples.samples)
        return f"{len(self.samples.samples)} images with {hands} hands"

    def batches(self, fabric: Fabric, step: int, _sample_repeats: Tensor | None) -> Prefetcher:
        """Decode the images of the run."""
        options, recipe = self.options, self.recipe
        window = open_window(
            options,
            partial(render_frame, max_px=STORED_PX),
            images_per_step=recipe.batch * mean_tiles(recipe),
            step=step,
            fabric=fabric,
        )
        frames = TrainingFrames(
            self.samples.groups,
            self.samples.shares,
            store_frames(self.samples.samples),
            recipe,
            seed=options.seed,
            rendered=window,
            rendered_share=options.rendered,
        )
        return Prefetcher(frames, recipe.batch, fabric.device, workers=worker_count(fabric.device))

    def augment(self, batch: FrameBatch, _generator: torch.Generator, _strength: float) -> Tensor:
        """The canvases of a batch, which are augmented one by one."""
        return batch.images.float()

    def loss(self, output: Tensor, batch: FrameBatch) -> Tensor:
        """The loss of the maps."""
        # Counting would make the CPU wait for a GPU, which does not mind empty rows.
        return detection_loss(output, batch.without_empty_rows() if output.device.type == "cpu" else batch)

    def error_percent(self, network: nn.Module, device: torch.device) -> float:
        """Hands on canvases of the validation split that are missed, in %."""
        return missed_percent(network, self.info, self._validation, device)

    def print_results(self) -> None:
        """Measure the best network on canvases of the test split."""
        network, info = load_detector(self.options.best)
        missed = missed_percent(network, info, held_out_canvases(self.options, "test"), torch.device("cpu"))
        print(f"The best network misses {missed:.1f} % of the hands on canvases of the split 'test'.")

    @cached_property
    def _validation(self) -> list[FrameBatch]:
        return held_out_canvases(self.options, "val")


def held_out_canvases(options: FitOptions, split: str) -> list[FrameBatch]:
    """Make canvases of a split, the same for each run on the same data."""
    recipe = DETECTOR_RECIPES[options.recipe]
    samples = SampleGroups.read(options, recipe, split)
    store = store_frames(samples.samples)
    frames = TrainingFrames(samples.groups, samples.shares, store, recipe, seed=VALIDATION_SEED)
    return [frames.batch(range(start, start + recipe.batch)) for start in range(0, VALIDATED, recipe.batch)]


def _read_frames(folder: Path, split: str, exclude_sets: Container[str]) -> list[MarkedFrame]:
    """Read the frames of a split. Of rendered frames, which belong to each, some are held out from training."""
    return [
        frame
        for frame in read_frames(folder, split, exclude_sets=exclude_sets)
        if split_of(frame.set, frame.number) or (frame.number % HELD_OUT_EVERY == 0) == (split != "train")
    ]


def _by_set(samples: list[DetectionSample]) -> list[list[DetectionSample]]:
    sets: dict[str, list[DetectionSample]] = {}
    for sample in samples:
        sets.setdefault(sample.set, []).append(sample)
    return list(sets.values())


def _initial_network(options: FitOptions, samples: SampleGroups) -> tuple[nn.Module, DetectorInfo]:
    if options.start:
        network, info = load_detector(options.start)
        info = replace(info, recipe=options.recipe, metrics={}, licence="")
    else:
        torch.manual_seed(options.seed)
        network = HandDetector()
        info = DetectorInfo("detector", *pixel_statistics(samples.samples), recipe=options.recipe)
    return network, replace(info, data=tuple(dict.fromkeys((*info.data, *options.sources()))))
