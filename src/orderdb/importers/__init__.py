"""Ways in for a shop's orders: the demo shop, CSV exports, and two public data sets."""

from orderdb.importers.csv_file import import_csv
from orderdb.importers.demo import import_demo
from orderdb.importers.olist import import_olist
from orderdb.importers.report import ImportReport, Progress
from orderdb.importers.supply import import_supply
from orderdb.importers.tau2_retail import import_tau2_retail

__all__ = [
    "ImportReport",
    "Progress",
    "import_csv",
    "import_demo",
    "import_olist",
    "import_supply",
    "import_tau2_retail",
]
