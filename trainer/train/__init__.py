"""Batches of crops flow in; a trained network flows out."""
