"""Frames and hands flow in; pictures with skeletons and labels drawn on them flow out."""
