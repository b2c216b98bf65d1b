"""How each network is trained: everything that a run depends on but the data."""

from dataclasses import dataclass
from typing import Literal

DECAY_SHARE = 0.4  # of the steps, the last ones: the learning rate decays
DECAY_STRENGTH = 0.5  # of the augmentation in these steps: more crops look like those of the program
# Fields in which a run may differ from its recipe: by an option of its own, or as a consequence of one.
PER_RUN_FIELDS = ("steps", "batch", "learning_rate")


@dataclass(frozen=True, kw_only=True)
class BaseRecipe:
    """What all training runs depend on.

    Attributes:
        network: its name in ``NETWORKS``, or ``detector``.
        batch: samples a step.
        steps: length of the run.
        epoch: steps between two validations.
        optimiser: "sgd", its learning rate halved when the training loss reaches a plateau; or "muon", its learning
            rate warmed up over the first 5 % of the steps and decayed linearly over the last ``DECAY_SHARE``.
        learning_rate: the highest.
        averaging: decay per step of the exponential moving average of the weights; 0 turns it off.
    """

    network: str
    batch: int
    steps: int
    epoch: int
    optimiser: Literal["sgd", "muon"]
    learning_rate: float
    averaging: float

    def decay(self, step: int) -> float:
        """How far the learning rate has decayed at a step: 0 over most of the run, then up to 1."""
        return max(0.0, 1 - (self.steps - step) / (DECAY_SHARE * self.steps))

    def augmentation_strength(self, step: int) -> float:
        """The factor of the probabilities of corruptions and strong perturbations at a step, 0..1."""
        return DECAY_STRENGTH if self.decay(step) > 0 else 1.0


@dataclass(frozen=True, kw_only=True)
class Recipe(BaseRecipe):
    """How a network that finds joints is trained.

    Attributes:
        sigma: of the target Gaussians, normalised.
        augmented: rotate, scale, shift, mirror, replace backgrounds, change the light, corrupt; else whole images.
        position_weight: of the loss of the averaged position, beside the IoU loss.
        negative_share: of samples without a hand.
        mirrored_share: of hands shown as left ones.
    """

    sigma: float
    augmented: bool
    position_weight: float
    negative_share: float
    mirrored_share: float


@dataclass(frozen=True, kw_only=True)
class DetectorRecipe(BaseRecipe):
    """How the network that finds hands is trained.

    Attributes:
        mosaic_share: of the canvases are made of several images.
        frame_share, hand_share, negative_share: of these images are whole frames, crops of hands, and crops without
            a hand.
    """

    mosaic_share: float
    frame_share: float
    hand_share: float
    negative_share: float


RECIPES = {
    # The article's: SGD, IoU loss alone, no augmentation; 50 batches an epoch, about 200 epochs.
    "article": Recipe(
        network="article",
        sigma=3 / 128,
        batch=48,
        steps=10_000,
        epoch=50,
        optimiser="sgd",
        learning_rate=0.1,
        averaging=0.0,
        augmented=False,
        position_weight=0.0,
        negative_share=0.0,
        mirrored_share=0.0,
    ),
    "live": Recipe(
        network="live",
        sigma=4 / 128,
        batch=64,
        steps=20_000,
        epoch=500,
        optimiser="muon",
        learning_rate=2e-3,
        averaging=0.999,
        augmented=True,
        position_weight=10.0,
        negative_share=0.15,
        mirrored_share=0.2,
    ),
}
DETECTOR_RECIPES = {
    "detector": DetectorRecipe(
        network="detector",
        batch=48,
        steps=8_000,
        epoch=200,
        optimiser="muon",
        learning_rate=2.5e-3,
        averaging=0.997,
        mosaic_share=0.5,
        frame_share=0.6,
        hand_share=0.3,
        negative_share=0.1,
    ),
}
