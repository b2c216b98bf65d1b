"""Builds the networks of HandPose Live."""
