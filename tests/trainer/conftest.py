"""Fixtures for the tests of the trainer."""

from dataclasses import replace

import pytest

from trainer.recipes import RECIPES


@pytest.fixture
def small_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use four hands per step and validate every second step."""
    for name, recipe in list(RECIPES.items()):
        monkeypatch.setitem(RECIPES, name, replace(recipe, batch=4, epoch=2))
