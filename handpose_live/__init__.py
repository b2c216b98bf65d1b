"""HandPose Live: the 21 joints of every hand in view, live."""

__version__ = "0.1.0"
