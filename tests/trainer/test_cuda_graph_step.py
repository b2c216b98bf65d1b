"""A training step that is captured in a CUDA graph."""

from pathlib import Path

import pytest
import torch
from lightning_fabric import Fabric

from handpose_live.pose.unet import LiveUNet
from handpose_live.pose.weights import WeightsInfo
from tests.trainer.synthetic_data import plain_batch
from trainer.recipes import RECIPES
from trainer.train.options import FitOptions
from trainer.train.pose_task import PoseTask
from trainer.train.run import Run
from trainer.train.run_data import RunData


def _losses(*, captured: bool) -> list[float]:
    """Return the losses of some steps, each on a different batch."""
    torch.manual_seed(0)
    fabric = Fabric(accelerator="cuda", devices=1, precision="bf16-mixed")
    options, data = FitOptions((), Path(), "live", None, "cuda", seed=0), RunData(([], []), [], [])
    info = WeightsInfo("live", (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
    run = Run(PoseTask(options, RECIPES["live"], data, LiveUNet(), info), fabric, seed=0)
    if not captured:
        run._optimise = run._optimisation_step
    generator = torch.Generator("cuda").manual_seed(0)
    losses = []
    for _ in range(12):
        images = torch.randint(0, 256, (16, 3, 128, 128), dtype=torch.uint8, generator=generator, device="cuda")
        joints = torch.rand((16, 21, 2), generator=generator, device="cuda")
        hand, right = torch.rand((2, 16), generator=generator, device="cuda") > 0.3
        losses.append(float(run.train(plain_batch(images, joints, hand, right))))
    return losses


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_captured_steps_give_the_same_losses() -> None:
    losses = _losses(captured=True)
    assert losses == pytest.approx(_losses(captured=False), rel=0.01)
    assert losses[-1] < losses[0]
