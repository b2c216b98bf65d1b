"""The data of a training run: labelled images by their use, and the crops that are drawn from them."""

from contextlib import closing
from dataclasses import dataclass

from lightning_fabric import Fabric
from torch import Tensor

from handpose_live.detection.opening import open_detector
from handpose_live.pose.weights import WeightsInfo

from ..data.folders import Sample, read_all_hands, read_all_negatives
from ..data.frame_hands import FALSE_FINDS, false_finds, hands_in_frames
from ..data.frames import RENDERED, read_all_frames
from ..data.image_cache import read_image_cache
from ..data.prefetch import Prefetcher, worker_count
from ..data.rendered import RenderedHands, render_hands
from ..data.training_crops import TrainingCrops
from ..recipes import Recipe
from .options import FitOptions
from .rendered_window import open_window

MAX_VALIDATED = 1000  # hands, evenly chosen: more would only take longer


@dataclass(frozen=True)
class RunData:
    """The samples of a run.

    Attributes:
        groups: hands to train on, of ``--data``, ``--train-on`` and ``--frames``.
        negatives: images without a hand to train on.
        validation: hands to validate on.
    """

    groups: tuple[list[Sample], ...]
    negatives: list[Sample]
    validation: list[Sample]

    @property
    def hands(self) -> list[Sample]:
        """All hands to train on."""
        return [hand for group in self.groups for hand in group]

    def summary(self) -> str:
        """Count the samples, in words."""
        counts = len(self.hands), len(self.negatives), len(self.validation)
        return "{} hands, {} negatives, {} hands to validate on".format(*counts)


def read_run_data(options: FitOptions) -> RunData:
    """Read the labels of the folders of a run.

    Of whole frames, hands are taken from sets that are not in the other folders; and what the included detector takes
    for hands there is no hand.

    Raises:
        HandPoseError: a folder cannot be used, or there are no hands to train or to validate on.
    """
    excluded = options.excluded_sets
    hands = (
        read_all_hands(options.data, "train", raw=options.raw, exclude_sets=excluded),
        read_all_hands(options.train_on, None, exclude_sets=excluded),
    )
    sets = {hand.set for group in hands for hand in group} - {"", RENDERED}
    frames = read_all_frames(options.frames, "train", exclude_sets=excluded)
    groups = (*hands, hands_in_frames([frame for frame in frames if frame.set not in sets]))
    negatives = [
        *read_all_negatives(options.data, "train", exclude_sets=excluded),
        *read_all_negatives(options.train_on, None, exclude_sets=excluded),
    ]
    if frames:
        with closing(open_detector("included", max_hands=FALSE_FINDS, device=options.device)) as detector:
            negatives += false_finds(frames, detector)
    validation = read_all_hands(options.data, "val", raw=options.raw, exclude_sets=excluded)
    return RunData(groups, negatives, validation[:: -(-len(validation) // MAX_VALIDATED)])


def make_training_crops(
    recipe: Recipe,
    options: FitOptions,
    *,
    info: WeightsInfo,
    data: RunData,
    fabric: Fabric,
    step: int,
    sample_repeats: Tensor | None,
) -> TrainingCrops | Prefetcher:
    """Read the images of a run, from which crops are drawn: on a GPU that has them in its memory, else in threads.

    Raises:
        HandPoseError: an image cannot be read, or the disk is full.
    """
    margin = info.crop_margin if recipe.augmented else None
    cache = read_image_cache([*data.hands, *data.negatives], margin=margin, device=fabric.device)
    window = open_window(options, render_hands, images_per_step=recipe.batch, step=step, fabric=fabric)
    crops = TrainingCrops(
        cache,
        recipe,
        crop_px=info.crop_px,
        seed=options.seed,
        sample_repeats=None if sample_repeats is None else sample_repeats.cpu().numpy(),
        rendered=RenderedHands(window, margin) if window else None,
        rendered_share=options.rendered,
    )
    if cache.device.type == "cuda":
        return crops
    return Prefetcher(crops, recipe.batch, fabric.device, workers=worker_count(fabric.device))
