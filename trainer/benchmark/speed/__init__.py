"""Clips and a device flow in; times per stage of this program, MediaPipe and the article's network flow out."""
