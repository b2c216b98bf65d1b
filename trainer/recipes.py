"""How each network is trained: everything that a run depends on but the data."""

from dataclasses import dataclass
from typing import Literal

SETTLING = 0.4  # of the steps, the last ones
CALM = 0.5  # as often as before are crops spoilt while a run settles: more of them look like those of the program
# What a run may have otherwise than its recipe: by an option of its own, or following from one.
OF_A_RUN = ("steps", "batch", "learning_rate")


@dataclass(frozen=True)
class Recipe:
    """Everything that a training run depends on but the data.

    Attributes:
        network: its name in ``NETWORKS``.
        sigma: of the target Gaussians, normalised.
        batch: samples a step.
        steps: length of the run.
        epoch: steps between two looks at the validation split.
        optimiser: "sgd", its learning rate halved when the training loss stops falling; or "muon",
            its learning rate rising over the first 5 % of the steps and falling while the run settles.
        learning_rate: the highest.
        averaging: decay per step of the averaged weights that are kept; 0 keeps the last ones.
        augmented: turn, scale, shift, mirror, other backgrounds, light and dirt; else whole pictures as they are.
        position_weight: of the loss through the averaged position, beside the IoU loss.
        negative_share: of samples without a hand.
        mirrored_share: of hands shown as left ones.
    """

    network: str
    sigma: float
    batch: int
    steps: int
    epoch: int
    optimiser: Literal["sgd", "muon"]
    learning_rate: float
    averaging: float
    augmented: bool
    position_weight: float
    negative_share: float
    mirrored_share: float

    def settled(self, step: int) -> float:
        """How far the run has settled at a step: 0 over most of it, then up to 1."""
        return max(0.0, 1 - (self.steps - step) / (SETTLING * self.steps))

    def augmentation_strength(self, step: int) -> float:
        """How often crops are spoilt at a step, as a share of the usual chances."""
        return CALM if self.settled(step) > 0 else 1.0


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
        negative_share=0.1,
        mirrored_share=0.2,
    ),
}
