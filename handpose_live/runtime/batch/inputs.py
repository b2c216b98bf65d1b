"""The inputs of a batch: videos, images, and folders of images, found in what the user names."""

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from handpose_live.media.opening import VIDEO_SUFFIXES, is_image_name
from handpose_live.media.source import Source
from handpose_live.runtime.batch.fingerprint import file_identity
from handpose_live.runtime.batch.results import is_result
from handpose_live.types.errors import HandPoseError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class BatchInput:
    """One input.

    Attributes:
        path: of a video, an image or a folder of images.
        name: of its result, relative to the output folder.
    """

    path: Path
    name: Path

    @property
    def spec(self) -> str:
        """What to open: an absolute path, which is never taken for the number of a camera or for "demo"."""
        return str(self.path.absolute())


@dataclass
class BatchInputs:
    """The result of a search for inputs.

    Attributes:
        inputs: to be processed, each file once.
        ignored: files that are not processed, by the reason; hidden files and earlier results in folders are not
            listed.
        failed: what could not be read, with one sentence each.
    """

    inputs: list[BatchInput] = field(default_factory=list)
    ignored: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    failed: dict[str, str] = field(default_factory=dict)


def find_inputs(specs: Iterable[str], out: Path, open_source: Callable[[str], Source]) -> BatchInputs:
    """Find everything that is to be processed.

    A folder stands for all videos and folders of images in it and below it.

    Args:
        specs: files and folders, as the user types them.
        out: the output folder; it is not searched, unless it is one of ``specs``.
        open_source: called to find out whether a file of unknown type can be opened.
    """
    found = BatchInputs()
    for spec in specs:
        path = Path(spec)
        if os.path.isdir(path):
            _search_folder(path, out, open_source, found)
        elif is_result(path):
            found.ignored["a result of a batch itself"].append(path)
        elif os.path.lexists(path):
            found.inputs.append(BatchInput(path, Path(path.name)))
        else:
            found.failed[spec] = f'There is no "{spec}": give videos, images or folders of images.'
    # A broken link has no identity; opening it will report that.
    by_identity = {file_identity(each.path) or each.path: each for each in reversed(found.inputs)}
    found.inputs = list(reversed(by_identity.values()))
    return found


def _search_folder(root: Path, out: Path, open_source: Callable[[str], Source], found: BatchInputs) -> None:
    before = len(found.inputs), len(found.failed)
    for folder, names in _walk(root, out, found.failed):
        files = [folder / name for name in names]
        if any(is_image_name(file) for file in files):
            name = folder.relative_to(root) if folder != root else Path(_folder_name(root))
            found.inputs.append(BatchInput(folder, name))
        for file in files:
            if is_image_name(file) or is_result(file):
                continue
            # By its suffix alone, so that a corrupt video is reported, not ignored.
            if file.suffix.lower() in VIDEO_SUFFIXES or _can_open(file, open_source):
                found.inputs.append(BatchInput(file, file.relative_to(root)))
            else:
                found.ignored["neither a video nor an image"].append(file)
    if before == (len(found.inputs), len(found.failed)):
        found.failed[str(root)] = f"{root} holds neither videos nor images: give another folder."


def _walk(root: Path, out: Path, failed: dict[str, str]) -> Iterator[tuple[Path, list[str]]]:
    """Yield each folder with the sorted names of its files, without hidden ones; follow links, each folder once."""

    def on_error(error: OSError) -> None:
        failed[str(error.filename)] = (
            f"{Path(error.filename).name} cannot be read ({error.strerror}): give another folder."
        )

    visited = {_folder_id(root)} | {_folder_id(out)}
    for folder, folders, files in os.walk(root, onerror=on_error, followlinks=True):
        unvisited: list[str] = []
        for name in _not_hidden(folders):
            identity = _folder_id(Path(folder, name))
            if identity is None or identity not in visited:  # os.walk reports the error behind None
                visited.add(identity)
                unvisited.append(name)
        folders[:] = unvisited
        yield Path(folder), _not_hidden(files)


def _folder_id(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _not_hidden(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if not name.startswith("."))


def _can_open(file: Path, open_source: Callable[[str], Source]) -> bool:
    if not os.path.isfile(file):  # opening a pipe might never end
        return False
    try:
        open_source(str(file.absolute())).close()
    except HandPoseError:
        return False
    except Exception:
        logger.exception("Opening %s", file)
        return False
    return True


def _folder_name(folder: Path) -> str:
    return folder.resolve().name or "pictures"
