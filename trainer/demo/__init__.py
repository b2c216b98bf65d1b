"""A script flows in; the demo clip of two people and its exact joints flow out."""
