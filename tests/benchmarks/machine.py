"""On what was measured: processor, memory, versions."""

import os
import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.benchmarks.report import Table, memory

PACKAGES = (
    "clientele", "numpy", "pandas", "pyarrow", "scikit-learn", "optuna", "fastexcel",
    "openpyxl", "adbc-driver-sqlite", "sqlalchemy", "duckdb", "dash", "plotly",
)  # fmt: skip


def machine_table() -> Table:
    """Describe this machine and the versions of what runs on it."""
    rows = [
        ("Processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("Memory", _memory()),
        ("System", f"{platform.system()} {platform.machine()}"),
        ("Python", f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"),
        *((name, _version(name)) for name in PACKAGES),
    ]
    return Table("Machine", ("what", "which"), rows, before="Measured on:")


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    return memory(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
