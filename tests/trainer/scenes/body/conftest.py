"""One body for all tests of bodies."""

from pathlib import Path

import numpy as np
import pytest

from trainer.scenes.body.body import Body, BodyFactory


@pytest.fixture(scope="session")
def factory(shared: Path) -> BodyFactory:
    """Samples bodies with the shared skins; the body model is built once and kept in the user's cache folder."""
    return BodyFactory(shared / "data" / "skins")


@pytest.fixture(scope="session")
def body(factory: BodyFactory) -> Body:
    """A body."""
    return factory.sample(np.random.default_rng(3))
