"""The task of the networks that find the joints of a hand in a crop."""

import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.pose.unet import NetworkOutput
from handpose_live.pose.weights import WeightsInfo

from ..augment.corruptions import colour_jitter, corrupt
from ..data.folders import Sample, has_hands
from ..data.splits import EVALUATION
from ..data.training_crops import Batch
from ..evaluate.accuracy import LabelledCrops, predict_crops, standard_crops
from ..evaluate.report import evaluate
from ..recipes import Recipe
from .initial_network import initial_network
from .losses import total_loss
from .options import FitOptions
from .run_data import RunData, make_training_crops, read_run_data
from .task import Batches


@dataclass
class PoseTask:
    """Finds joints; see :class:`~trainer.train.task.Task`."""

    options: FitOptions
    recipe: Recipe
    data: RunData
    network: nn.Module
    info: WeightsInfo

    @classmethod
    def read(cls, options: FitOptions, recipe: Recipe) -> "PoseTask":
        """Read the labels and the network that a run starts with.

        Raises:
            HandPoseError: a folder cannot be used, or ``start`` does not fit the recipe.
        """
        data = read_run_data(options)
        return cls(options, recipe, data, *initial_network(options, data.hands))

    @property
    def groups(self) -> tuple[list[Sample], ...]:
        """Hard examples are mined in the first."""
        return self.data.groups

    def summary(self) -> str:
        """Count the samples, in words."""
        return self.data.summary()

    def batches(self, fabric: Fabric, step: int, sample_repeats: Tensor | None) -> Batches:
        """Read the images of the run."""
        return make_training_crops(
            self.recipe,
            self.options,
            info=self.info,
            data=self.data,
            fabric=fabric,
            step=step,
            sample_repeats=sample_repeats,
        )

    def augment(self, batch: Batch, generator: torch.Generator, strength: float) -> Tensor:
        """Corrupt the crops of a batch, if the recipe says so."""
        if not self.recipe.augmented:
            return batch.images.float()
        return corrupt(colour_jitter(batch, generator, strength), generator, strength)

    def loss(self, output: NetworkOutput, batch: Batch) -> Tensor:
        """The recipe's loss."""
        return total_loss(output, batch, self.recipe)

    def error_percent(self, network: nn.Module, device: torch.device) -> float:
        """Mean distance from the labels, in % of the crop side."""
        estimator = TorchEstimator(copy.deepcopy(network), self.info, device.type)
        predictions = (prediction for crops in self._validation for prediction in predict_crops(estimator, crops))
        return float(np.mean([prediction.error_percent for prediction in predictions]))

    def print_results(self) -> None:
        """Measure the best network on the test splits."""
        options = self.options
        for split in ("test", EVALUATION):
            folders = [folder for folder in options.data if has_hands(folder, split)]
            if folders:
                print(f"\nThe best network on the split '{split}':")
                evaluate(
                    folders, split, options.best, raw=options.raw, device=options.device, json_path=None, images=None
                )

    @cached_property
    def _validation(self) -> list[LabelledCrops]:
        return list(standard_crops(self.data.validation, self.info))
