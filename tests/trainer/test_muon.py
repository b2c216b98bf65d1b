"""Muon, the optimiser of the live network."""

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.optim import AdamW

from trainer.train.muon import UPDATE_RMS, Muon, orthogonalise

LEARNING_RATE = 1e-2


@pytest.mark.parametrize("shape", [(40, 120), (120, 40), (64, 96)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_matrix_becomes_nearly_orthogonal_with_its_singular_vectors(
    shape: tuple[int, int], dtype: torch.dtype
) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    along = left.mT @ orthogonalise(matrix.to(dtype)).float() @ right.mT
    assert along.diagonal().min() > 0.6
    assert along.diagonal().max() < 1.3
    assert (along - along.diagonal().diag()).abs().max() < 0.05


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    inner_layers = [nn.Conv2d(8, 24, 3, padding=1), nn.Conv2d(24, 24, 3, padding=1, groups=24), nn.BatchNorm2d(24)]
    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), *inner_layers, nn.Conv2d(24, 4, 1))


def _step(network: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    images = torch.randn((2, 3, 16, 16), generator=torch.Generator().manual_seed(1))
    optimiser.zero_grad()
    (network(images) - images[:, :1]).square().mean().backward()
    optimiser.step()


def _updates(network: nn.Module, kind: str) -> dict[str, Tensor]:
    network = copy.deepcopy(network)
    before = copy.deepcopy(network.state_dict())
    if kind == "muon":
        _step(network, Muon(network, learning_rate=LEARNING_RATE, weight_decay=0.02, dtype=torch.float32))
    else:
        _step(network, AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=0.02))
    return {name: weights.detach() - before[name] for name, weights in network.named_parameters()}


def test_only_full_convolutions_within_the_network_are_not_updated_by_adamw(network: nn.Module) -> None:
    muon, adamw = _updates(network, "muon"), _updates(network, "adamw")
    assert [name for name in muon if not torch.equal(muon[name], adamw[name])] == ["1.weight"]


def test_updates_of_matrices_scale_with_the_learning_rate(network: nn.Module) -> None:
    size = _updates(network, "muon")["1.weight"].square().mean().sqrt()
    assert float(size) == pytest.approx(LEARNING_RATE * UPDATE_RMS, rel=0.25)


def test_the_optimiser_resumes_from_its_saved_state(network: nn.Module) -> None:
    runs = []
    for interrupted in (False, True):
        trained = copy.deepcopy(network)
        optimiser = Muon(trained, learning_rate=LEARNING_RATE, weight_decay=0.02, dtype=torch.float32)
        for step in range(4):
            if interrupted and step == 2:
                state = copy.deepcopy(optimiser.state_dict())
                optimiser = Muon(trained, learning_rate=LEARNING_RATE, weight_decay=0.02, dtype=torch.float32)
                optimiser.load_state_dict(state)
            _step(trained, optimiser)
        runs.append(trained.state_dict())
    torch.testing.assert_close(*runs, atol=0, rtol=0)


def test_the_optimiser_resumes_from_a_state_saved_on_a_gpu(network: nn.Module) -> None:
    ends = []
    for on_gpu in (False, True):
        trained = copy.deepcopy(network)
        optimisers = [
            Muon(trained, learning_rate=rate, weight_decay=0.02, dtype=torch.float32) for rate in (LEARNING_RATE, 1.0)
        ]
        _step(trained, optimisers[0])
        state = copy.deepcopy(optimisers[0].state_dict())
        if on_gpu:  # on a GPU, these values are tensors
            state["param_groups"][0] |= {"lr": torch.tensor(LEARNING_RATE), "capturable": True}
        optimisers[1].load_state_dict(state)
        _step(trained, optimisers[1])
        ends.append(trained.state_dict())
    torch.testing.assert_close(*ends, atol=0, rtol=0)
