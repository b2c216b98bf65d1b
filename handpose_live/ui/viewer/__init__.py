"""The picture with its messages, the seek bar and the status bar."""
