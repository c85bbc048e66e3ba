"""Every setting is read where it says, used somewhere and told."""

import itertools
import re
from pathlib import Path

import pytest

from pipeline.settings import Section, Settings, load_settings
from tests.shops import QUICK, refreshed, rows

PIPELINE = Path(__file__).parents[2] / "pipeline"


def names(section: type[Section], prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for name, field in section.model_fields.items():
        if isinstance(field.default, Section):
            found += names(type(field.default), f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", field.description or ""))
    return found


@pytest.mark.parametrize(("name", "description"), names(Settings))
def test_a_setting_is_described_and_used(name: str, description: str):
    assert len(description) > 10
    last = name.rpartition(".")[2]
    code = "\n".join(
        path.read_text("utf-8") for path in PIPELINE.rglob("*.py") if path.name != "settings.py"
    )
    assert re.search(rf"settings(\.\w+)?\.{last}\b", code), name


def test_there_are_settings_to_test():
    assert len(names(Settings)) > 20
    assert (
        "segments.k",
        "least and most segments to publish; one number for exactly that",
    ) in (names(Settings))


@pytest.mark.parametrize(
    ("text", "k"),
    [("5", (5, 5)), ('"4-6"', (4, 6)), ("3-7", (3, 7)), ("4 to 6", (4, 6)), ("[2, 9]", (2, 9))],
)
def test_ways_to_write_a_range(text: str, k: tuple[int, int], tmp_path: Path):
    path = tmp_path / "settings.yaml"
    path.write_text(f"segments: {{k: {text}}}")
    assert load_settings(path).segments.k == k


def test_the_usual_cleaning_has_a_short_name(tmp_path: Path):
    path = tmp_path / "settings.yaml"
    path.write_text("cleaning: usual\n")
    assert load_settings(path).cleaning.method == "usual"
    path.write_text("cleaning: {method: usual, unusable_share: 0.5}\n")
    assert load_settings(path).cleaning.unusable_share == 0.5


def test_an_empty_file_says_nothing(tmp_path: Path):
    path = tmp_path / "settings.yaml"
    for text in ("", "# only a remark\n"):
        path.write_text(text)
        assert load_settings(path) == load_settings(None) == Settings()


def test_settings_can_not_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        Settings().segments.trials = 3


def test_a_run_follows_its_settings_and_keeps_them(shop_file: Path, tmp_path: Path):
    path = tmp_path / "settings.yaml"
    path.write_text(
        "segments: {tuning: true, trials: 2, bootstraps: 2, k: 3, evidence: 2-4}\n"
        "snapshots: {every_days: 10, at_most: 4}\n"
        "cleaning: usual\ncurrency: EUR\nmodels: {tasks: []}\n"
    )
    shop = refreshed(tmp_path / "portal.db", shop_file, "--settings", path, currency=None)
    assert len(rows(shop.path, "select * from published_segment")) == 3
    compared = rows(
        shop.path, "select distinct n_clusters from published_clustering order by 1"
    )
    assert compared == [(2,), (3,), (4,)]
    trials = rows(
        shop.path, "select study, count(*) from published_trial group by 1 order by 1"
    )
    assert trials == [
        ("segments.agglomerative", 2),
        ("segments.gaussian_mixture", 2),
        ("segments.kmeans", 2),
    ]
    days = rows(shop.path, "select as_of_day from snapshot order by 1")
    assert [b - a for (a,), (b,) in itertools.pairwise(days)] == [10, 10, 10]
    ((kept, currency),) = rows(shop.path, "select settings, currency from run")
    assert currency == "EUR"
    assert '"method": "usual"' in kept
    assert rows(shop.path, "select count(*) from finding where rule = 'cancelled'") == [(1,)]


def test_what_tests_call_quick_is_valid(tmp_path: Path):
    (tmp_path / "quick.yaml").write_text(QUICK)
    assert load_settings(tmp_path / "quick.yaml").segments.bootstraps == 4
