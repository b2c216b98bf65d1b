"""Frames to hands that nobody knows yet: where they are, how large, how they are turned and which side."""
