"""Fixtures for the tests of the trainer."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from trainer.data import image_store
from trainer.recipes import RECIPES


@pytest.fixture(scope="session", autouse=True)
def _isolated_images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests' decoded images apart from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(image_store, "FOLDER", tmp_path_factory.mktemp("cache") / "images")
        yield


@pytest.fixture
def small_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use four hands per step and validate every second step."""
    for name, recipe in list(RECIPES.items()):
        monkeypatch.setitem(RECIPES, name, replace(recipe, batch=4, epoch=2))
