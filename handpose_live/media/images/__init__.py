"""Image files flow in, single, animated or in folders; upright RGB frames flow out."""
