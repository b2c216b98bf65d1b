"""What tests of every part share."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from handpose_live.tracking.model_store import load_model


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """As in the program: a few small crops are too little work to share, threads would wait for each other."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Also where tests run in the background of a shell, which has them, and what they start, ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _own_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A person's log stays out of the tests and of the programs that they start, and unharmed by them."""
    with pytest.MonkeyPatch.context() as patch:
        folder = str(tmp_path_factory.mktemp("state"))
        for name in ("XDG_STATE_HOME", "WIN_PD_OVERRIDE_LOCAL_APPDATA"):
            patch.setenv(name, folder)
        yield


@pytest.fixture(scope="session", autouse=True)
def detector_model() -> None:
    """On a fresh machine the detector's model is fetched before the first test, whose program would tell of it."""
    load_model()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test data beside the repository; tests are skipped without it only where that is asked for."""
    folder = Path(__file__).resolve().parents[1] / "../shared"
    if "HANDPOSE_TESTS_WITHOUT_SHARED" in os.environ and not folder.is_dir():
        pytest.skip("needs the test data in ../shared")
    return folder
