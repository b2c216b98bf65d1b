"""The animation flows in; the demo clip and its exact joints flow out."""
