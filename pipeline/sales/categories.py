"""Categories of products: the source's own, else made from what descriptions say."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.sales.countries import UNSPECIFIED
from pipeline.sales.ledger import Ledger, Whole, Words, sums
from pipeline.trade_settings import SalesSettings

GIVEN, MADE = "source", "descriptions"
LEAST_PRODUCTS = 60
"""Fewer described products are looked at one by one."""
MOST_PRODUCTS = 20_000
"""Products by whose descriptions categories are learned, those of most revenue."""
WORD = r"(?u)\b[^\W\d_]{3,}\b"
"""A word of a description: letters only, at least three."""
NAMING = 2
"""Words that name a category."""
TYPICAL = 0.1
"""Share of a category's products that a word must stand in to name it."""
REST = "Other"
MOST_WORDS = 800
DIRECTIONS = 30
"""Directions of meaning that words are folded into before products are grouped."""


class Categories(NamedTuple):
    """Category of every line, and where they come from: the source, descriptions, or None."""

    words: Words
    source: str | None


def categories(
    book: Ledger, described: pd.Series, settings: SalesSettings, *, seed: int
) -> Categories:
    """Give each line its category.

    `described` has the description of products by their code, those of most revenue first.
    """
    if book.category.is_known:
        return Categories(book.category, GIVEN)
    name_by_product = by_description(described, settings, seed=seed)
    if name_by_product.empty:
        return Categories(book.category, None)
    return Categories(_of_lines(book.product, name_by_product), MADE)


def by_description(described: pd.Series, settings: SalesSettings, *, seed: int) -> pd.Series:
    """Group products by the words of their descriptions; give a name by product.

    TF-IDF weighs the words (scikit-learn's, logarithmic), a singular value decomposition folds
    words that go together, k-means groups what is left, all with the run's seed. Categories of
    equal names are one. Empty where too few products are described.
    """
    descriptions = described.dropna().astype(str)
    if len(descriptions) < LEAST_PRODUCTS:
        return pd.Series(dtype=object)
    from sklearn.cluster import KMeans  # noqa: PLC0415 - only where there are descriptions
    from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.preprocessing import normalize  # noqa: PLC0415

    weigh = TfidfVectorizer(
        token_pattern=WORD, min_df=max(2, len(descriptions) // 500), max_df=0.5,
        sublinear_tf=True, max_features=MOST_WORDS,
    )  # fmt: skip
    learned = descriptions.iloc[:MOST_PRODUCTS]
    try:
        weighed = weigh.fit_transform(learned)
    except ValueError:  # no word stands in several descriptions
        return pd.Series(dtype=object)
    if weighed.shape[1] <= DIRECTIONS:
        return pd.Series(dtype=object)
    fold = TruncatedSVD(DIRECTIONS, random_state=seed).fit(weighed)
    k = min(settings.categories, len(learned) // 5)
    model = KMeans(k, n_init=3, random_state=seed, max_iter=100)
    model.fit(normalize(fold.transform(weighed)))
    every = weigh.transform(descriptions)
    labels = model.predict(normalize(fold.transform(every)))
    stands = every > 0
    has_words = np.asarray(stands.sum(axis=1)).ravel() > 0
    labels = np.where(has_words, labels, k)
    names = [*_names(stands, labels, weigh.get_feature_names_out(), k), UNSPECIFIED]
    return pd.Series([names[label] for label in labels], index=descriptions.index, dtype=object)


def _names(stands: Any, labels: np.ndarray, words: np.ndarray, k: int) -> list[str]:
    """Name each cluster by the words of most of its products that few others have.

    `stands` says which words each product has. A cluster that no word is typical of is the
    rest of all.
    """
    overall = np.asarray(stands.mean(axis=0)).ravel()
    names: list[str] = []
    for label in range(k):
        mine = stands[labels == label]
        shares = np.asarray(mine.mean(axis=0)).ravel() if mine.shape[0] else 0 * overall
        weights = shares * np.log(np.maximum(shares, 1e-9) / np.maximum(overall, 1e-9))
        best = np.lexsort((words, -weights))[:NAMING]
        typical = [words[place] for place in best if shares[place] >= TYPICAL]
        names.append(", ".join(typical).capitalize() if typical else REST)
    return names


def _of_lines(product: Words, name_by_product: pd.Series) -> Words:
    names = np.array(sorted(set(name_by_product) | {UNSPECIFIED}), dtype=object)
    mine = name_by_product.reindex(product.names).fillna(UNSPECIFIED)
    codes = np.append(pd.Index(names).get_indexer(mine), -1)
    return Words(codes[product.codes].astype(np.int64), names)


def of_products(book: Ledger, line_categories: Categories) -> pd.Series:
    """Give the category by product: that of most of its revenue."""
    if line_categories.source is None or not book.product.is_known:
        return pd.Series(dtype=object)
    several = len(line_categories.words.names)
    is_known = (line_categories.words.codes >= 0) & (book.product.codes >= 0)
    keys: Whole = book.product.codes[is_known] * several + line_categories.words.codes[is_known]
    codes, unique = pd.factorize(keys, sort=True)
    revenue = sums(codes, book.net[is_known], len(unique))
    order = np.lexsort((unique, -revenue, unique // several))
    product = unique[order] // several
    _, begins = np.unique(product, return_index=True)
    best = unique[order][begins]
    return pd.Series(
        line_categories.words.names[best % several], index=book.product.names[best // several]
    )
