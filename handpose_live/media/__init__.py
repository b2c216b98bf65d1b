"""Cameras, streams, files and folders flow in as frames; videos and landmark files flow out."""
