"""``python -m handpose_live [SOURCE ...]``: the program."""

import sys

from handpose_live.app import main

if __name__ == "__main__":
    sys.exit(main())
