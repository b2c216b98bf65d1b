"""The values that all packages exchange: frames, crops, hands and their 21 joints. Nothing flows in."""
