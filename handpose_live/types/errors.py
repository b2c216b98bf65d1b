"""The exception whose text is shown to the user."""


class HandPoseError(Exception):
    """An error that the user can resolve. Its text is one sentence that names the cause and the remedy."""
