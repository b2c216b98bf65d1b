"""Joints flow in; measurements of the hand's shape and the name of its gesture flow out."""
