"""Random numbers flow in; people of all shapes and skins flow out, in natural poses."""
