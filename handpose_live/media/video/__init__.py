"""Video files and network streams flow in; upright SDR frames with their own times flow out."""
