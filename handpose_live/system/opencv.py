"""Whether ``cv2`` is whole: the distributions of OpenCV all install into that one folder and damage each other."""

import re
from importlib import import_module
from importlib.metadata import distributions

from handpose_live.types.errors import HandPoseError

DISTRIBUTION = "opencv-contrib-python"
NEEDED = ("FontFace", "VideoCapture", "cvtColor")  # FontFace came with OpenCV 5


def check_opencv() -> None:
    """Import ``cv2`` and make sure that it is OpenCV 5 or newer with all of its parts.

    Raises:
        HandPoseError: it is missing, older, or damaged by another distribution. The sentence names the installed
            distributions of OpenCV and the commands that repair them.
        ImportError: a system library that OpenCV links to is missing.
    """
    try:
        cv2 = import_module("cv2")
    except (ImportError, AttributeError) as error:  # AttributeError: its Python files are of another version
        if "cannot open shared object file" in str(error):
            raise
        raise _broken(f"OpenCV cannot be imported ({error})") from error
    missing = [name for name in NEEDED if not hasattr(cv2, name)]
    if missing:
        raise _broken(f"OpenCV {getattr(cv2, '__version__', 'of unknown version')} lacks {', '.join(missing)}")


def _broken(what: str) -> HandPoseError:
    versions = _installed_distributions()
    installed = ", ".join(f"{name} {version}" for name, version in versions.items()) or "none"
    commands = [f'"pip uninstall --yes {" ".join(versions)}"'] if versions else []
    commands.append(f'"pip install --force-reinstall {DISTRIBUTION}"')
    return HandPoseError(f"{what} (installed packages of OpenCV: {installed}): run {', then '.join(commands)}.")


def _installed_distributions() -> dict[str, str]:
    """The installed distributions of OpenCV by name, with their versions."""
    found = {dist.name.lower().replace("_", "-"): dist.version for dist in distributions()}
    return {name: found[name] for name in sorted(found) if re.fullmatch(r"opencv(-contrib)?-python(-headless)?", name)}
