"""Colours, icons and controls in the program's own style."""
