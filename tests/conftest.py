"""What tests of every part share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data to test on, which lies beside the repository."""
    return Path(__file__).resolve().parents[1] / "../shared"
