"""Labelled hands and a recipe flow in; a trained network with its log and provenance flows out."""
