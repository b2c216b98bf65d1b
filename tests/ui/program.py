"""``python -m tests.ui.program SOURCE RECORDING``: the window as the command line opens it, without a detector.

The source "hang" is a camera that hangs after 20 frames, of which a line on stdout tells.
"""

import sys
from pathlib import Path
from threading import Thread

from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.ui.display_check import check_display
from handpose_live.ui.start import run_window
from tests.ui.stand_ins import StandInCamera, tools


def main(spec: str, recording: Path) -> int:
    check_display()
    camera = StandInCamera(20, then="hang") if spec == "hang" else None
    if camera is not None:
        Thread(target=lambda: camera.given.wait() and print("hangs", flush=True), daemon=True).start()
    files = RecordingFiles(annotated=recording)
    settings = recording.with_suffix(".ini")
    return run_window(spec, tools(camera), files=files, settings_path=settings, find_cameras=list)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
