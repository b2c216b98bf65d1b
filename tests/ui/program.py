"""``python -m tests.ui.program SOURCE RECORDING``: open the window as the command line does, without a
detector.

The source "hang" is a camera that hangs after 20 frames and then prints a line to stdout.
"""

import sys
from pathlib import Path
from threading import Thread

from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.ui.display_check import check_display
from handpose_live.ui.start import run_window
from tests.ui.fakes import FakeCamera, session_factory


def main(spec: str, recording: Path) -> int:
    check_display()
    camera = FakeCamera(20, then="hang") if spec == "hang" else None
    if camera is not None:
        Thread(target=lambda: camera.given.wait() and print("hangs", flush=True), daemon=True).start()
    files = RecordingFiles(annotated=recording)
    settings = recording.with_suffix(".ini")
    return run_window(spec, session_factory(camera), files=files, settings_path=settings, find_cameras=list)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
