import sys

from evals.suite.cli import main

sys.exit(main(sys.argv[1:]))
