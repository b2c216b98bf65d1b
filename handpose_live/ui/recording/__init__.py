"""The recording indicator on the picture: the state of a recording flows in, nothing flows out."""
