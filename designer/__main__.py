"""The program: the window without a subcommand, the command line with one."""

import sys

from designer.cli import main

if __name__ == "__main__":
    sys.exit(main())
