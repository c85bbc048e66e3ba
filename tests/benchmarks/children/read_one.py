"""Read one file in one way: `python -m …children.read_one WAY FILE ENCODING`."""

import sys
from pathlib import Path

from tests.benchmarks.children.timing import Work, tell


def product(path: Path, encoding: str) -> Work:
    """Read and type as a refresh does; the encoding is found out."""
    from pipeline.sources.arrival import Reading, arrivals
    from pipeline.trade_settings import CleaningSettings

    how = Reading("auto", (), {}, CleaningSettings().unusable_share)
    (arrival,) = arrivals((str(path),), how)
    return lambda: {"rows": sum(len(part.rows) for part in arrival.lines())}


def fastexcel(path: Path, encoding: str) -> Work:
    """Read cells as Arrow, untyped by column name."""
    import fastexcel as library

    def work() -> dict[str, int]:
        sheet = library.read_excel(path).load_sheet(0)
        return {"rows": sheet.to_arrow().num_rows}

    return work


def pyarrow_csv(path: Path, encoding: str) -> Work:
    """Read text as Arrow, types inferred, dates only in ISO order."""
    from pyarrow import csv

    options = csv.ReadOptions(encoding=encoding)
    return lambda: {"rows": csv.read_csv(path, read_options=options).num_rows}


def pandas_c(path: Path, encoding: str) -> Work:
    """Read with the C engine, dates parsed."""
    import pandas as pd

    return lambda: {
        "rows": len(
            pd.read_csv(
                path,
                encoding=encoding,
                dtype={"InvoiceNo": str, "StockCode": str, "CustomerID": str},
                parse_dates=["InvoiceDate"],
            )
        )
    }


def openpyxl(path: Path, encoding: str) -> Work:
    """Read with pandas and openpyxl."""
    import pandas as pd

    return lambda: {"rows": len(pd.read_excel(path, engine="openpyxl"))}


WAYS = {
    "product": product,
    "fastexcel": fastexcel,
    "pyarrow.csv": pyarrow_csv,
    "pandas C engine": pandas_c,
    "pandas with openpyxl": openpyxl,
}


def main() -> None:
    way, path, encoding = sys.argv[1:]
    tell(WAYS[way](Path(path), encoding))


if __name__ == "__main__":
    main()
