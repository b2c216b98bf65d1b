"""Actions of the user and events of the player flow in; requests to the player and updates of the widgets flow out."""
