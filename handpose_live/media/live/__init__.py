"""Devices flow in; the newest frame of each flows out."""
