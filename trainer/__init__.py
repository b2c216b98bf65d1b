"""Builds and measures the networks of HandPose Live: labelled hands flow in, weights and figures out."""

# "python -m trainer" in a checkout, "python -m handpose_live.trainer" where it comes with the installed program.
COMMAND = f"python -m {__name__}"
