"""The one exception of this program that is meant for a person's eyes."""


class HandPoseError(Exception):
    """Something a person can mend. Its text is one sentence that names the thing and the way out."""
