"""Builds and measures the networks of HandPose Live: labelled hands flow in, weights and figures out."""
