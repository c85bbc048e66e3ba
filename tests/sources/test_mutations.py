"""Whatever a file holds, a command ends with a result or a sentence, never with a traceback.

Of 500 seeds `make test` takes 60, and of those that are refreshed 5 of 50; `make soak` has the
rest.
"""

from pathlib import Path

import pytest

from pipeline.base.errors import PipelineError
from pipeline.sources.cells.texts import written
from pipeline.sources.reading import read_parts
from scripts.check import main as check
from scripts.refresh import main as refresh
from tests.sampling import sampled
from tests.shops import Shop, copy_of, rows
from tests.sources.mutations import mutated

GROUP = 10
"""Seeds of one test."""


@pytest.mark.parametrize("group", sampled(range(50), range(6)))
def test_a_check_ends_in_a_report_or_a_sentence(group: int, tmp_path: Path, capsys):
    database = f"sqlite:///{tmp_path / 'none.db'}"
    for seed in range(GROUP * group, GROUP * (group + 1)):
        path = mutated(seed, tmp_path)
        code = check([str(path), "--db", database])
        said = capsys.readouterr()
        assert code in {0, 2, 4}, (seed, said.err)
        assert "Traceback" not in said.err, seed
        assert code == 0 or path.name in said.err, (seed, said.err)


@pytest.mark.parametrize("group", sampled(range(50), range(6)))
def test_every_row_has_its_place_in_the_file(group: int, tmp_path: Path):
    for seed in range(GROUP * group, GROUP * (group + 1)):
        try:
            parts = list(read_parts(mutated(seed, tmp_path)))
        except PipelineError:
            continue
        for part in parts:
            numbers = part.row_numbers().tolist()
            around = [each.row for each in part.around]
            assert numbers == sorted(set(numbers)), seed
            assert not set(numbers) & set(around), seed
            assert len(numbers) == len(part.table), seed
            assert [part.row_of(at) for at in range(len(numbers))] == numbers, seed
            assert all(0 <= at < len(part.table) for at in part.broken), seed
            columns = [written(column).to_pylist() for column in part.table.columns]
            assert all(any(row) for row in zip(*columns, strict=True)), seed


@pytest.mark.parametrize("seed", sampled(range(1000, 1050), range(1000, 1005)))
def test_a_refresh_publishes_or_leaves_what_was_published(
    seed: int, published_shop: Shop, tmp_path: Path, capsys
):
    shop = copy_of(published_shop, tmp_path)
    settings = tmp_path / "settings.yaml"
    settings.write_text("models: {tasks: []}\nvalue: {draws: 100}\nsegments: {tuning: false}\n")
    query = "select run from published_run where dataset = ?"
    before = rows(shop.path, query, shop.dataset)
    path = mutated(seed, tmp_path)
    told = ["--dataset", shop.dataset, "--db", shop.url, "--settings", str(settings)]
    code = refresh([str(path), *told])
    said = capsys.readouterr()
    assert code in {0, 2, 4}, said.err
    assert "Traceback" not in said.err
    assert (rows(shop.path, query, shop.dataset) == before) == (code != 0)
