"""The docks that show each hand in detail and plot its measures: inspections flow in, visibility flows out."""
