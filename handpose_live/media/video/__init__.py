"""Video files and network streams flow in; frames flow out: upright RGB, in order, at their own times."""
