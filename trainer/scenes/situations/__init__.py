"""Where the camera, the people and their hands are."""
