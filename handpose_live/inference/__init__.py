"""Engines that run the pose network on GPU or CPU: crops flow in as uint8 arrays, joints and scores flow out."""
