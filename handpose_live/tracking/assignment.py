"""Assignment of detections to tracks at the smallest total cost."""

import numpy as np

from handpose_live.types.arrays import Floats

STEP = 0.01  # the total cost is at most this much per row above the smallest


def assign(costs: Floats, max_cost: float) -> list[tuple[int, int]]:
    """Pair rows with columns, each at most once, by D. Bertsekas' auction algorithm (Annals of OR 14, 1988).

    Rows bid for the columns that suit them best, and raise their prices, until nobody is outbid any more.

    Args:
        costs: ``(rows, columns)``; infinite for a pair that must not be.
        max_cost: to leave a row without a column costs this much.

    Returns:
        Pairs of a row and a column.
    """
    rows, columns = costs.shape
    # Two more columns for each row alone stand for none: a bid needs a second choice.
    none = np.where(np.eye(rows, dtype=bool), -max_cost, -np.inf)
    values = np.hstack([-costs, none, none])
    prices = np.zeros(values.shape[1])
    owners: dict[int, int] = {}
    bidders = list(range(rows))
    while bidders:
        row = bidders.pop()
        gains = values[row] - prices
        second, best = (int(column) for column in np.argsort(gains)[-2:])
        prices[best] += gains[best] - gains[second] + STEP
        if best in owners:
            bidders.append(owners[best])
        owners[best] = row
    return [(row, column) for column, row in sorted(owners.items()) if column < columns]
