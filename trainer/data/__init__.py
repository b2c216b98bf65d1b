"""Folders of hands to samples, samples to crops."""
