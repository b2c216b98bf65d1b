"""Docks that show one hand closely: crop, heatmaps, bends, gestures, plot."""
