"""Distributed training in several processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from handpose_live.pose.unet import ArticleUNet
from handpose_live.types.errors import HandPoseError
from tests.trainer.synthetic_data import write_folder
from trainer.recipes import RECIPES
from trainer.train.fit import fit
from trainer.train.options import FitOptions

ROOT = Path(__file__).resolve().parents[2]
# Runs `python -m trainer ...` with small batches and saves the images of each step.
RECORDING_TRAINER = """
import os, sys
from dataclasses import replace
from pathlib import Path
import torch
from trainer.data import image_store
from trainer.train import fit
from trainer.__main__ import main
from trainer.recipes import RECIPES

torch.set_num_threads(1)
image_store.FOLDER = Path(__file__).parent / "images"
RECIPES["article"] = replace(RECIPES["article"], batch=8, epoch=2)
images, train, stop = [], fit.Run.train, int(sys.argv[1])

def recording_train(run, batch):
    if run.step == stop:
        raise KeyboardInterrupt
    images.append(batch.images)
    return train(run, batch)

fit.Run.train = recording_train
code = main(sys.argv[2:])
out = Path(sys.argv[sys.argv.index("--out") + 1])
torch.save(torch.stack(images), out / f"images-{os.environ.get('RANK', '0')}.pt")
sys.exit(0 if code == 130 else code)
"""
NEVER = -1


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hands")
    write_folder(path, labels=24, splits=["train"] * 22 + ["val"] * 2)
    return path


def _train(data: Path, out: Path, *, processes: int, stop: int = NEVER) -> None:
    script = out.parent / "train.py"
    script.write_text(RECORDING_TRAINER)
    arguments = ["--data", str(data), "--out", str(out), "--recipe", "article", "--steps", "6", "--device", "cpu"]
    start = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"] if processes > 1 else []
    run = subprocess.run(
        [sys.executable, *start, str(script), str(stop), "fit", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )
    assert run.returncode == 0, run.stderr


def _network(out: Path) -> dict[str, torch.Tensor]:
    network: dict[str, torch.Tensor] = torch.load(out / "last.pt", weights_only=True)["network"]
    return network


@pytest.fixture(scope="module")
def two(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("two") / "run"
    _train(data, out, processes=2)
    return out


def test_two_processes_train_on_the_same_crops_as_one_with_a_similar_result(
    data: Path, two: Path, tmp_path: Path
) -> None:
    _train(data, tmp_path / "run", processes=1)
    single = torch.load(tmp_path / "run" / "images-0.pt")
    first, second = (torch.load(two / f"images-{rank}.pt") for rank in (0, 1))
    assert first.shape[1] == second.shape[1] == 4
    assert torch.equal(torch.cat([first, second], dim=1), single)

    torch.manual_seed(0)
    start = ArticleUNet().state_dict()
    one, other = (
        torch.cat([(tensor - start[key]).flatten() for key, tensor in _network(out).items() if "weight" in key])
        for out in (tmp_path / "run", two)
    )
    # Not identical: the BatchNorm of each process uses its own four of the eight crops.
    assert torch.cosine_similarity(one, other, dim=0) > 0.8


def test_two_processes_resume_with_the_results_of_an_uninterrupted_run(data: Path, two: Path, tmp_path: Path) -> None:
    _train(data, tmp_path / "run", processes=2, stop=3)
    _train(data, tmp_path / "run", processes=2)
    assert len(torch.load(tmp_path / "run" / "images-1.pt")) == 4
    for key, tensor in _network(two).items():
        assert torch.equal(_network(tmp_path / "run")[key], tensor), key


def test_batches_that_cannot_be_divided_evenly_are_refused(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "5")
    with pytest.raises(HandPoseError, match=f"5 processes cannot share batches of {RECIPES['live'].batch} evenly"):
        fit(FitOptions((data,), tmp_path, "live", 2, "cpu", seed=0))
