"""Meshes, a camera and lights flow in; linear images with depth and hand indices flow out of OpenGL."""
