"""Joints flow in; measures of the hand's shape and the name of its gesture flow out."""
