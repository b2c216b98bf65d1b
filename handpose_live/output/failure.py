"""Why a file could not be written, in a person's words."""

import errno
from pathlib import Path

from handpose_live.errors import HandPoseError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def cannot_write(path: Path, error: Exception) -> HandPoseError:
    """One sentence that names the file, what is wrong and the way out."""
    number = getattr(error, "errno", None)
    if number in FULL:
        return HandPoseError(
            f"No room left for {path}: what was written before is kept; free some space to write more."
        )
    if number == errno.ENOENT:
        return HandPoseError(f"Cannot write {path}: its folder does not exist; create it or choose another place.")
    if number == errno.EISDIR:
        return HandPoseError(f"Cannot write {path}: it is a folder; add a file name.")
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return HandPoseError(f"Cannot write {path}: no permission; choose another place.")
    return HandPoseError(f"Cannot write {path}: {getattr(error, 'strerror', None) or error}; choose another place.")
