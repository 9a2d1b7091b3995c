import sys

from evals.suite.cli import main

if __name__ == "__main__":  # a process of a pool imports this, and must not run again
    sys.exit(main(sys.argv[1:]))
