"""Predicted probabilities beside observed shares."""

from pathlib import Path

import numpy as np
import pytest

from handpose_live.types.certainty import SCORED_ERROR
from trainer.evaluate.reliability import DISTANCES, ScoredErrors, as_table, best_spread_factor, write_diagram


def _joints(factor: float) -> ScoredErrors:
    """Joints whose errors are larger by a factor than their scores say."""
    rng = np.random.default_rng(0)
    spreads = np.exp(rng.uniform(-5, -2.5, 40_000))
    ratios = SCORED_ERROR / spreads
    scores = 1 - (1 + ratios) * np.exp(-ratios)
    return ScoredErrors(rng.gamma(2, factor * spreads).astype(np.float32), scores.astype(np.float32))


@pytest.mark.parametrize("factor", [0.7, 1.0, 1.8])
def test_the_factor_by_which_errors_are_larger_is_found(factor: float) -> None:
    joints = _joints(factor)
    assert best_spread_factor(joints) == pytest.approx(factor, rel=0.05)
    widened = joints.widened(factor)
    for distance in DISTANCES:
        assert widened.expected_calibration_error(distance) < 0.01
        if factor != 1:
            assert joints.expected_calibration_error(distance) > 0.03


def test_a_table_and_a_diagram_show_them(tmp_path: Path) -> None:
    joints = _joints(1.0)
    lines = as_table(joints).splitlines()
    assert [line.split()[0] for line in lines] == ["within", "2", "5", "10"]
    for line in lines[1:]:
        for cell in line.split()[2:]:
            predicted, observed = map(int, cell.split("/"))
            assert predicted == pytest.approx(observed, abs=4)
    write_diagram(tmp_path / "reliability.png", joints)
    assert (tmp_path / "reliability.png").stat().st_size > 10_000
