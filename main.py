"""HandPose Live: ``python main.py [SOURCE]``."""

import sys

from handpose_live.app import main

if __name__ == "__main__":
    sys.exit(main())
