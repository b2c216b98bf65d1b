"""The pose network: crops flow in, heatmaps, joints and scores flow out. Shared with the trainer."""
