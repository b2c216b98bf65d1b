"""What tests of every part share."""

import signal
from pathlib import Path

import pytest
import torch


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """As in the program: a few small crops are too little work to share, threads would wait for each other."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Also where tests run in the background of a shell, which has them, and what they start, ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data to test on, which lies beside the repository."""
    return Path(__file__).resolve().parents[1] / "../shared"
