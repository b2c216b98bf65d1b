"""Builds and measures the networks of HandPose Live: labelled hands flow in, weights and figures out."""

# In a checkout this package is "trainer", with the installed program "handpose_live.trainer".
IS_INSTALLED = "." in __name__
COMMAND = f"python -m {__name__}"
