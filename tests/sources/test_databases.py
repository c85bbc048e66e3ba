"""Databases by URL."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.base.errors import EnvironmentProblem, PipelineError, SourceError
from pipeline.sources.files.databases import is_url, read_table, read_url
from pipeline.sources.files.limits import ReadLimits


@pytest.fixture
def engine(tmp_path: Path):
    made = sa.create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    with made.begin() as connection:
        connection.exec_driver_sql('create table "a;b" ("x y", "drop")')
        connection.exec_driver_sql("""insert into "a;b" values (1, 'p'), ('two', null)""")
        connection.exec_driver_sql("create table c (z)")
        connection.exec_driver_sql('create view seen as select "x y" as x from "a;b"')
    yield made
    made.dispose()


def test_a_column_of_several_types_is_text(engine: sa.Engine):
    part = read_table(engine, table="a;b", limits=ReadLimits())
    assert part.table.to_pydict() == {"x y": ["1", "two"], "drop": ["p", None]}


def test_a_view_is_read_when_it_is_named(engine: sa.Engine):
    assert read_table(engine, table="seen", limits=ReadLimits()).table.column_names == ["x"]


def test_the_only_table_that_fits_is_taken(engine: sa.Engine):
    part = read_table(
        engine, table=None, limits=ReadLimits(), is_wanted=lambda names: "z" in names
    )
    assert part.sheet == "c"


@pytest.mark.parametrize(
    ("table", "said"), [(None, "several tables"), ("x; drop table c", "no table"), ("d", "“c”")]
)
def test_a_table_that_is_not_there_is_refused(engine: sa.Engine, table: str | None, said: str):
    with pytest.raises(SourceError, match=said):
        read_table(engine, table=table, limits=ReadLimits())


def test_columns_have_a_limit(engine: sa.Engine):
    with pytest.raises(SourceError, match="2 columns"):
        read_table(engine, table="a;b", limits=ReadLimits(columns=1))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://me:s3cret@127.0.0.1:1/shop?connect_timeout=2",
        "nonsense://me:s3cret@host/shop",
        "mysql+nonsense://me:s3cret@host/shop",
        "postgresql://me:s3cret@host:port/shop",
        "sqlite://",
        "sqlite:////nowhere/at/all.db",
    ],
)
def test_what_does_not_answer_is_named_without_its_password(url: str):
    with pytest.raises(PipelineError) as caught:
        list(read_url(url, names=("lines",)))
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == (4 if isinstance(caught.value, EnvironmentProblem) else 2)


def test_urls_are_told_from_paths():
    assert is_url("sqlite:///shop.db")
    assert not is_url("C:/shop.db")
