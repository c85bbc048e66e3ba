"""Write a made-up shop with many customers and small orders."""

import sys
from pathlib import Path

from pipeline.samples.files import write
from pipeline.samples.lines import COLUMNS, made_up_lines
from pipeline.samples.settings import ShopSettings


def main() -> None:
    path, customers, lines_per_order = sys.argv[1:]
    shop = ShopSettings(customers=int(customers), lines_per_order=float(lines_per_order))
    write(Path(path), COLUMNS, made_up_lines(shop))


if __name__ == "__main__":
    main()
