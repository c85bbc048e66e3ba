"""The guards, each at its own border."""

import zipfile
from pathlib import Path

import pytest

from pipeline.base.errors import SourceError
from pipeline.sources.files.limits import (
    LARGE,
    ReadLimits,
    check_archive,
    check_columns,
    check_unpacked,
)

LIMITS = ReadLimits(unpacked_bytes=LARGE * 4, members=3, ratio=10, columns=5)


@pytest.mark.parametrize("unpacked", [0, LARGE, LARGE * 4])
def test_what_is_allowed_passes(unpacked: int):
    check_unpacked(unpacked, unpacked // 10 + 1, LIMITS, file="x")


def test_the_ratio_is_asked_only_of_what_is_large():
    check_unpacked(LARGE, 1, LIMITS, file="x")
    with pytest.raises(SourceError, match="10 times its size"):
        check_unpacked(LARGE + 1, 1, LIMITS, file="x")


def test_the_size_has_a_limit_of_its_own():
    with pytest.raises(SourceError, match=r"0\.25 GiB"):
        check_unpacked(LARGE * 4 + 1, LARGE * 4, LIMITS, file="x")


def test_columns_have_a_limit():
    check_columns(5, LIMITS, file="x")
    with pytest.raises(SourceError, match="6 columns, more than the 5"):
        check_columns(6, LIMITS, file="x")


def packed(path: Path, *names: str) -> zipfile.ZipFile:
    with zipfile.ZipFile(path, "w") as opened:
        for name in names:
            opened.writestr(name, b"x")
    return zipfile.ZipFile(path)


@pytest.mark.parametrize(
    "name", ["a.csv", "folder/a.csv", "..a.csv", "a..b/c.csv", "Ä:b.csv"[1:]]
)
def test_honest_names_pass(tmp_path: Path, name: str):
    with packed(tmp_path / "x.zip", name) as opened:
        check_archive(opened, LIMITS, file="x.zip")


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/a", "\\a", "c:\\a", "a\\..\\..\\b"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str):
    with (
        packed(tmp_path / "x.zip", name) as opened,
        pytest.raises(SourceError, match="leads out"),
    ):
        check_archive(opened, LIMITS, file="x.zip")


def test_members_have_a_limit(tmp_path: Path):
    with packed(tmp_path / "x.zip", *"abc") as opened:
        check_archive(opened, LIMITS, file="x.zip")
    with (
        packed(tmp_path / "x.zip", *"abcd") as opened,
        pytest.raises(SourceError, match="4 files"),
    ):
        check_archive(opened, LIMITS, file="x.zip")


def test_many_members_add_up(tmp_path: Path):
    limits = ReadLimits(unpacked_bytes=2)
    with (
        packed(tmp_path / "x.zip", *"abc") as opened,
        pytest.raises(SourceError, match="unpacks"),
    ):
        check_archive(opened, limits, file="x.zip")
