"""The counter-based random number generator."""

import torch

from trainer.rng import CounterRng


def test_an_image_gets_the_same_numbers_in_every_batch() -> None:
    together, alone = CounterRng(3, [5, 6, 7]), CounterRng(3, [6])
    for _ in range(3):
        assert torch.equal(together.normal(1, 4)[1], alone.normal(1, 4)[0])


def test_other_seeds_indices_and_draws_give_other_numbers() -> None:
    rng = CounterRng(0, [0, 1])
    draws = [rng.uniform(0, 1, 100), rng.uniform(0, 1, 100), CounterRng(1, [0, 1]).uniform(0, 1, 100)]
    rows = torch.cat(draws)
    assert (torch.corrcoef(rows) - torch.eye(6)).abs().max() < 0.4


def test_uniform_numbers_fill_their_range_evenly() -> None:
    draws = CounterRng(0, range(50)).uniform(-1, 3, 200)
    assert -1 <= draws.min() < -0.99
    assert 2.99 < draws.max() < 3
    assert abs(float(draws.mean()) - 1) < 0.05


def test_normal_numbers_have_their_standard_deviation() -> None:
    draws = CounterRng(0, range(50)).normal(2, 200)
    assert abs(float(draws.mean())) < 0.06
    assert abs(float(draws.std()) - 2) < 0.06
