"""The picture with its overlays, the seek bar and the status bar: pictures and figures flow in, requests flow out."""
