"""Random numbers flow in; lights and surroundings flow out, and photos of what the rasteriser makes of them."""
