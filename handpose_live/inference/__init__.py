"""Engines that run the pose network: crops flow in as uint8 arrays, joints and scores flow out, on GPU or CPU."""
