"""A small rasteriser for the tests."""

import sys

import pytest

from handpose_live.types.errors import HandPoseError
from trainer.scenes.raster.rasteriser import Rasteriser

WIDTH, HEIGHT = 96, 72


@pytest.fixture(scope="session")
def rasteriser() -> Rasteriser:
    """Return a rasteriser of 96x72 px; elsewhere than on Linux, computers without a GPU have no OpenGL."""
    try:
        return Rasteriser(WIDTH, HEIGHT)
    except HandPoseError as error:
        if sys.platform == "linux":
            raise
        pytest.skip(str(error))
