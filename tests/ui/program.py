"""``python -m tests.ui.program SOURCE RECORDING``: the window as the command line opens it, without a detector.

The source "hang" is a camera that hangs after 20 frames, of which a line on stdout tells.
"""

import sys
from pathlib import Path
from threading import Thread

from handpose_live.capture.opening import open_source
from handpose_live.ui.display_check import check_display
from handpose_live.ui.start import run_window
from tests.ui.stand_ins import StandInCamera, session_over


def main(spec: str, recording: Path) -> int:
    check_display()
    if spec == "hang":
        camera = StandInCamera(20, then="hang")
        Thread(target=lambda: camera.given.wait() and print("hangs", flush=True), daemon=True).start()
        return run_window(camera.info, lambda: session_over(camera, recording=recording), recording=recording)
    source = open_source(spec)
    return run_window(source.info, lambda: session_over(source, recording=recording), recording=recording)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
