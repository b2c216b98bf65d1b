"""Things: random numbers flow in, meshes in the grip of a hand or loose in a room flow out."""
