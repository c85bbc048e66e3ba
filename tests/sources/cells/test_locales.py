"""What Babel writes in a language is read back equal."""

import datetime as dt
from decimal import Decimal

import pytest
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources.cells.clock_times import as_time
from pipeline.sources.cells.currencies import decimals
from pipeline.sources.cells.money import currency_of
from pipeline.sources.cells.month_names import LANGUAGES
from pipeline.sources.cells.numerals import read_numbers
from pipeline.sources.cells.timestamps import read_dates
from tests.sources.cells.columns_of import column_of

COUNTRIES = {
    "en_US": "USD", "de_DE": "EUR", "fr_FR": "EUR", "es_ES": "EUR", "it_IT": "EUR",
    "pt_BR": "BRL", "nl_NL": "EUR", "pl_PL": "PLN", "ru_RU": "RUB", "tr_TR": "TRY",
    "zh_CN": "CNY", "ja_JP": "JPY", "de_CH": "CHF", "en_IN": "INR", "sv_SE": "SEK",
    "ar_AE": "AED", "ar_EG": "EGP", "fa_IR": "IRR", "hi_IN": "INR", "vi_VN": "VND",
    "id_ID": "IDR", "cs_CZ": "CZK", "hu_HU": "HUF", "da_DK": "DKK", "th_TH": "THB",
    "ko_KR": "KRW", "he_IL": "ILS", "es_MX": "MXN",
}  # fmt: skip
FORMS = [(language, form) for language in LANGUAGES for form in ("short", "medium", "full")]
# Korean in its short form puts a year of two digits first, which reads as a day.
FORMS += [
    (language, "long")
    for language in ("sv", "da", "nb", "fi", "cs", "hu", "ro", "uk", "el", "ko", "id", "ca")
]
AMOUNTS = st.lists(st.decimals(-10_000_000, 10_000_000, places=2), min_size=1, max_size=20)
MOMENTS = st.lists(
    st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2069, 12, 31)).map(  # noqa: DTZ001
        lambda moment: moment.replace(microsecond=0)
    ),
    min_size=1,
    max_size=20,
)


@pytest.mark.parametrize("locale", COUNTRIES)
@settings(max_examples=5, deadline=None)
@given(amounts=AMOUNTS)
def test_numbers_of_a_country_are_read_back(locale: str, amounts: list[Decimal]) -> None:
    for digits in ("default", "latn"):
        written = [format_decimal(a, locale=locale, numbering_system=digits) for a in amounts]
        read = read_numbers(column_of(written))
        assert not len(read.unreadable), written
        if read.doubt is None:
            assert read.values.to_pylist() == [float(a) for a in amounts], written


@pytest.mark.parametrize(("locale", "code"), COUNTRIES.items())
@settings(max_examples=5, deadline=None)
@given(amounts=AMOUNTS)
def test_money_of_a_country_is_read_back(
    locale: str, code: str, amounts: list[Decimal]
) -> None:
    for currency in (code, "EUR"):
        written = [
            format_currency(a, currency, locale=locale, numbering_system="default")
            for a in amounts
        ]
        column = column_of(written)
        read = read_numbers(column)
        places = 2 if "50" in format_currency(Decimal("1.5"), currency, locale="en") else 0
        assert places == 2 or decimals(currency) == 0
        meant = [float(round(a, places)) for a in amounts]
        assert read.values.to_pylist() == meant, written
        assert read.doubt is None
        found = currency_of(column)
        assert found.rows == len(amounts)
        assert found.codes == (currency,) or currency in found.ambiguous[0].codes


@pytest.mark.parametrize(("language", "form"), FORMS)
@settings(max_examples=4, deadline=None)
@given(moments=MOMENTS)
def test_days_of_a_language_are_read_back(
    language: str, form: str, moments: list[dt.datetime]
) -> None:
    days = [moment.date() for moment in moments]
    read = read_dates(column_of([format_date(day, form, locale=language) for day in days]))
    if read.doubt is None and read.told_by != "rows":
        assert [each and each.date() for each in read.values.to_pylist()] == days


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=5, deadline=None)
@given(moments=MOMENTS)
def test_moments_of_a_language_are_read_back(language: str, moments: list[dt.datetime]) -> None:
    written = [format_datetime(each, "medium", locale=language) for each in moments]
    assert read_dates(column_of(written)).values.to_pylist() == moments
    times = [format_time(each, "medium", locale=language) for each in moments]
    since = [(each - each.replace(hour=0, minute=0, second=0)).seconds for each in moments]
    assert as_time(column_of(times)).values.to_pylist() == [1_000_000 * each for each in since]
