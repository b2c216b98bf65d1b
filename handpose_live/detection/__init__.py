"""Whole images flow in; where hands are, how large and turned, and of which side, flows out."""
