"""Results of the player flow in; pictures flow out to the screen, commands back to the player."""
