"""Weights and labelled hands flow in; error figures flow out."""
