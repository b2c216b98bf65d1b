"""Images and hands flow in; images with skeletons and labels drawn on them flow out."""
