"""The log file, for what a person is to report."""

from pathlib import Path

import platformdirs


def log_file() -> Path:
    """Where the program logs, in the platform's own folder for that."""
    return platformdirs.user_log_path("handpose-live", appauthor=False) / "handpose-live.log"


def fault_sentence(error: BaseException) -> str:
    """What a person reads when the program itself is at fault; the traceback goes into the log."""
    return f"This is a fault of the program ({type(error).__name__}): what to report is in {log_file()}."
