"""The generated pages say what the code says now."""

import pytest

from docs.generate import DOCS, PAGES


@pytest.mark.parametrize("page", PAGES)
def test_page_is_up_to_date(page):
    assert (DOCS / page).read_text("utf-8") == PAGES[page](), "run `make docs`"
