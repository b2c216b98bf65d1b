"""What there is to work on: films, pictures, and the folders that hold them."""

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from handpose_live.media.opening import FILM_SUFFIXES, is_picture
from handpose_live.media.source import Source
from handpose_live.runtime.batch.fingerprint import place_of
from handpose_live.runtime.batch.results import is_result
from handpose_live.types.errors import HandPoseError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Input:
    """One thing to work on.

    Attributes:
        path: of a film, a picture or a folder of pictures.
        name: of its result, relative to the folder of all results.
    """

    path: Path
    name: Path

    @property
    def spec(self) -> str:
        """To be opened by: an absolute path is never the number of a camera or "demo"."""
        return str(self.path.absolute())


@dataclass
class Found:
    """What some files and folders come to.

    Attributes:
        inputs: to work on, each place once.
        left_out: what is not worked on, by the reason; hidden files and results in folders are not even named.
        failed: what could not be looked into, and why, one sentence each.
    """

    inputs: list[Input] = field(default_factory=list)
    left_out: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    failed: dict[str, str] = field(default_factory=dict)


def find_inputs(specs: Iterable[str], out: Path, open_source: Callable[[str], Source]) -> Found:
    """Look for everything to work on.

    A folder stands for all films and folders of pictures in it and below.

    Args:
        specs: files and folders, as a person types them.
        out: where the results go; what is in it is not looked at, unless it was asked for.
        open_source: tells what can be opened.
    """
    found = Found()
    for spec in specs:
        path = Path(spec)
        if os.path.isdir(path):
            _look_into(path, out, open_source, found)
        elif is_result(path):
            found.left_out["a result of a batch itself"].append(path)
        elif os.path.lexists(path):
            found.inputs.append(Input(path, Path(path.name)))
        else:
            found.failed[spec] = f'There is no "{spec}": give videos, pictures or folders of them.'
    # A place that is not there cannot be opened either, which is told when its turn comes.
    by_place = {place_of(each.path) or each.path: each for each in reversed(found.inputs)}
    found.inputs = list(reversed(by_place.values()))
    return found


def _look_into(root: Path, out: Path, open_source: Callable[[str], Source], found: Found) -> None:
    before = len(found.inputs), len(found.failed)
    for folder, names in _walk(root, out, found.failed):
        files = [folder / name for name in names]
        if any(is_picture(file) for file in files):
            found.inputs.append(Input(folder, folder.relative_to(root) if folder != root else Path(_name(root))))
        for file in files:
            if is_picture(file) or is_result(file):
                continue
            # Without a look, lest a broken film be passed over. Whatever else can be opened is taken too.
            if file.suffix.lower() in FILM_SUFFIXES or _opens(file, open_source):
                found.inputs.append(Input(file, file.relative_to(root)))
            else:
                found.left_out["neither film nor picture"].append(file)
    if before == (len(found.inputs), len(found.failed)):
        found.failed[str(root)] = f"{root} holds neither videos nor pictures to work on: give another folder."


def _walk(root: Path, out: Path, failed: dict[str, str]) -> Iterator[tuple[Path, list[str]]]:
    """Each folder with the names of its files, by name; hidden ones are left out, links do not lead in circles."""

    def tell(error: OSError) -> None:
        failed[str(error.filename)] = (
            f"{Path(error.filename).name} cannot be read ({error.strerror}): give another folder."
        )

    seen = {_folder_id(root)} | {_folder_id(out)}
    for folder, folders, files in os.walk(root, onerror=tell, followlinks=True):
        unseen: list[str] = []
        for name in _not_hidden(folders):
            place = _folder_id(Path(folder, name))
            if place is None or place not in seen:  # None is told of by the walk
                seen.add(place)
                unseen.append(name)
        folders[:] = unseen
        yield Path(folder), _not_hidden(files)


def _folder_id(folder: Path) -> tuple[int, int] | None:
    try:
        about = folder.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


def _not_hidden(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if not name.startswith("."))


def _opens(file: Path, open_source: Callable[[str], Source]) -> bool:
    if not os.path.isfile(file):  # opening a pipe might never end
        return False
    try:
        open_source(str(file.absolute())).close()
    except HandPoseError:
        return False
    except Exception:
        logger.exception("Looking into %s", file)
        return False
    return True


def _name(folder: Path) -> str:
    return folder.resolve().name or "pictures"
