"""``python -m orderdb.migrations check``: do the migrations build the tables in code?"""

import sys
import tempfile
from pathlib import Path

from orderdb.migrations import check, upgrade


def main(arguments: list[str]) -> int:
    """``upgrade URL`` or ``check [URL]``; check without a URL builds a fresh SQLite file."""
    match arguments:
        case ["upgrade", url]:
            upgrade(url)
            return 0
        case ["check", url]:
            differences = check(url)
        case ["check"]:
            with tempfile.TemporaryDirectory() as folder:
                fresh = f"sqlite:///{Path(folder) / 'check.db'}"
                upgrade(fresh)
                differences = check(fresh)
        case _:
            print("usage: python -m orderdb.migrations upgrade URL | check [URL]", file=sys.stderr)
            return 2
    for difference in differences:
        print(difference, file=sys.stderr)
    print(f"{len(differences)} difference(s) between migrations and tables")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
