"""Fixtures for all tests."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from handpose_live.detection.mediapipe_model import load_model


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Use one thread, as the program does: small batches are too little work for several threads."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Handle Ctrl-C even in the background of a shell, where this process and its children would ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _isolated_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Isolate the tests, and the programs that they start, from the user's log."""
    with pytest.MonkeyPatch.context() as patch:
        folder = str(tmp_path_factory.mktemp("state"))
        for name in ("XDG_STATE_HOME", "WIN_PD_OVERRIDE_LOCAL_APPDATA"):
            patch.setenv(name, folder)
        yield


@pytest.fixture(scope="session", autouse=True)
def detector_model() -> None:
    """Download the detector model before the first test, whose program would otherwise print a message."""
    load_model()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of test data beside the repository; without it, tests are skipped only if that is requested."""
    folder = Path(__file__).resolve().parents[1] / "../shared"
    if "HANDPOSE_TESTS_WITHOUT_SHARED" in os.environ and not folder.is_dir():
        pytest.skip("needs the test data in ../shared")
    return folder
