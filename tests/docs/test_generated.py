"""The generated pages say what the code says now."""

import pytest

from docs.generate import DOCS, PAGES, views_beforehand


@pytest.mark.parametrize("page", PAGES)
def test_page_is_up_to_date(page):
    assert (DOCS / page).read_text("utf-8") == PAGES[page](), "run `make docs`"


def test_translated_views_are_up_to_date():
    expected = {path: f"{sql}\n" for path, sql in views_beforehand().items()}
    (folder,) = {path.parent for path in expected}
    assert {path: path.read_text("utf-8") for path in folder.iterdir()} == expected, (
        "run `make docs`"
    )
