"""``python -m tests.media.kill_recording [KILLS]``: kill a recording at random moments and print how much is lost.

A frame is lost if its line is in the landmark file, which is written immediately, but its image is not in the video.
"""

import random
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import av

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.types.errors import HandPoseError

ROOT = Path(__file__).parents[2]
LATEST_S = 6.0


def main(kills: int) -> None:
    """Print for each file type how many seconds of video each kill costs."""
    for kind in ("mp4", "mkv"):
        with tempfile.TemporaryDirectory() as folder:
            lost_s = [_lost_s(Path(folder), kind) for _ in range(kills)]
        print(f"{kind}: {kills} kills, lost at most {max(lost_s):.2f} s, on average {sum(lost_s) / kills:.2f} s")


def _lost_s(folder: Path, kind: str) -> float:
    video, landmarks = folder / f"out.{kind}", folder / "out.jsonl"
    command = [sys.executable, "main.py", "demo", "--headless", "--record", str(video), "--landmarks", str(landmarks)]
    landmarks.unlink(missing_ok=True)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not _written_s(landmarks):
        assert process.poll() is None, "the program ended before it was killed"
    with suppress(subprocess.TimeoutExpired):
        process.wait(random.uniform(0, LATEST_S))
    process.kill()
    process.wait()
    return _written_s(landmarks) - _playable_s(video)


def _written_s(landmarks: Path) -> float:
    with suppress(HandPoseError):
        return max((frame["video_time_s"] for frame in read_landmarks(landmarks)[1]), default=0.0)
    return 0.0


def _playable_s(video: Path) -> float:
    playable_s = 0.0
    with suppress(av.FFmpegError), av.open(str(video)) as file:
        for frame in file.decode(video=0):
            playable_s = frame.time or 0.0
    return playable_s


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
