"""Frames and hands flow in; H.264 videos and landmark files on one clock flow out."""
