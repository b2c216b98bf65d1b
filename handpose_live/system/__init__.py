"""The program's surroundings: console, log file, text files. Exceptions flow in, log lines and messages out."""
