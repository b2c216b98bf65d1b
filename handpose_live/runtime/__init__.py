"""One run of the program: a source, a tracker and a recording flow in; results flow out to a window or a batch."""
