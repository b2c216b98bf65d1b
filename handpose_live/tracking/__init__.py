"""Frames flow in; hands with identities, smoothed joints and gestures flow out."""
