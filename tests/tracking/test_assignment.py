from itertools import permutations

import numpy as np

from handpose_live.tracking.assignment import STEP, assign
from handpose_live.types.arrays import Floats

MAX_COST = 2.0


def _smallest_cost(costs: Floats) -> float:
    rows, columns = costs.shape
    choices = [*range(columns), *[None] * rows]
    return min(
        sum(MAX_COST if column is None else float(costs[row, column]) for row, column in enumerate(chosen))
        for chosen in permutations(choices, rows)
    )


def test_the_total_cost_is_the_smallest_and_nothing_is_assigned_twice() -> None:
    rng = np.random.default_rng(0)
    for _ in range(60):
        rows, columns = int(rng.integers(1, 5)), int(rng.integers(0, 5))
        costs = rng.uniform(0, 3, (rows, columns)).astype(np.float32)
        costs[rng.random(costs.shape) < 0.3] = np.inf
        pairs = assign(costs, MAX_COST)
        cost = sum(float(costs[pair]) for pair in pairs) + MAX_COST * (rows - len(pairs))
        assert cost <= _smallest_cost(costs) + rows * STEP + 1e-6
        assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)


def test_the_nearest_pair_is_given_up_where_that_is_better_for_both() -> None:
    costs = np.array([[0.1, 0.2], [0.3, np.inf]], np.float32)
    assert sorted(assign(costs, MAX_COST)) == [(0, 1), (1, 0)]


def test_a_row_stays_alone_where_every_column_costs_too_much() -> None:
    assert assign(np.array([[2.5], [1.5]], np.float32), MAX_COST) == [(1, 0)]
