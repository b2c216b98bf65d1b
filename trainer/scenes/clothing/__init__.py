"""What people wear: a body's surface at rest flows in, meshes that move with its bones flow out."""
