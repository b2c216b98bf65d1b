"""Frames with marked hands and several detectors flow in; recall and false finds flow out."""
