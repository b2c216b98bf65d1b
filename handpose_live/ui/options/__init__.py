"""The dock of options: settings flow in, changed settings flow out."""
