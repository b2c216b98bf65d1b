"""Random numbers flow in; people in rooms flow out, as images with exact labels of their hands."""
