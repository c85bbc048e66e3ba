"""What the made-up shop sells: codes, descriptions composed of words, prices, popularity."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.samples.settings import ShopSettings

COUNTRIES = (
    "United Kingdom",
    "Germany",
    "France",
    "Ireland",
    "Netherlands",
    "Belgium",
    "Spain",
    "Switzerland",
    "Portugal",
    "Italy",
    "Sweden",
    "Norway",
    "Australia",
    "United States",
)
"""The home country first, then the others, the commonest first."""

FEES = (
    ("POST", "POSTAGE"),
    ("M", "Manual"),
    ("BANK CHARGES", "Bank Charges"),
    ("D", "Discount"),
)
POST, MANUAL, BANK, DISCOUNT = range(4)
POST_PRICE = 18.0

_WRITE_OFFS = ("damaged", "lost in the stock room", "counted again", "mouldy", "sample", "?")
_STYLES = (
    "ANTIQUE", "BOTANICAL", "CHEQUERED", "CLASSIC", "COASTAL", "COTTAGE", "DOTTED", "FOLK",
    "FROSTED", "HARVEST", "HERITAGE", "MEADOW", "MIDNIGHT", "MODERN", "NORDIC", "ORCHARD",
    "PAINTED", "PASTEL", "QUILTED", "RUSTIC", "STARRY", "STRIPED", "WINTER", "WOODLAND",
)  # fmt: skip
_MATERIALS = (
    "BAMBOO", "BRASS", "CERAMIC", "COPPER", "COTTON", "ENAMEL", "FELT", "GLASS", "IRON",
    "LINEN", "OAK", "PAPER", "PORCELAIN", "RATTAN", "SLATE", "STONEWARE", "TIN", "VELVET",
    "WICKER", "WOOL",
)  # fmt: skip
_THINGS = (
    "APRON", "BASKET", "BELL", "BIRD FEEDER", "BOOKEND", "BOWL", "BUNTING", "CAKE STAND",
    "CANDLE HOLDER", "CLOCK", "COASTER", "CUSHION", "DOORSTOP", "EGG CUP", "FRAME", "GARLAND",
    "HANGER", "HOOK", "JAR", "JUG", "LANTERN", "LUNCH BOX", "MIRROR", "MUG", "NAPKIN RING",
    "NOTEBOOK", "ORNAMENT", "PENCIL CASE", "PLANTER", "PLATE", "PURSE", "SOAP DISH", "STOCKING",
    "TABLE RUNNER", "TEA TOWEL", "TEAPOT", "TRAY", "TRINKET BOX", "VASE", "WATERING CAN",
    "WREATH", "WRITING SET",
)  # fmt: skip
CATEGORIES = {
    "Kitchen and dining": (
        "APRON", "BOWL", "CAKE STAND", "COASTER", "EGG CUP", "JAR", "JUG", "LUNCH BOX", "MUG",
        "NAPKIN RING", "PLATE", "TABLE RUNNER", "TEA TOWEL", "TEAPOT", "TRAY",
    ),
    "Home and living": (
        "BASKET", "CANDLE HOLDER", "CLOCK", "CUSHION", "DOORSTOP", "FRAME", "HANGER", "HOOK",
        "LANTERN", "MIRROR", "SOAP DISH", "VASE",
    ),
    "Garden": ("BIRD FEEDER", "PLANTER", "WATERING CAN"),
    "Stationery and gifts": (
        "BOOKEND", "NOTEBOOK", "PENCIL CASE", "PURSE", "TRINKET BOX", "WRITING SET",
    ),
    "Seasonal": ("BELL", "BUNTING", "GARLAND", "ORNAMENT", "STOCKING", "WREATH"),
}  # fmt: skip
"""What kinds of things belong together."""
_PACKS = ("", "", "", "", " SMALL", " LARGE", " SET OF 3", " SET OF 6")
_ENDINGS = np.array([0.25, 0.45, 0.65, 0.85, 0.95])


class Catalogue(NamedTuple):
    """The products, one element each, and the words that lines are printed with.

    `codes` holds the products' codes, then those of `FEES`. `descriptions` holds the products'
    twice (plain, then with outer blanks), then those of the fees and of write-offs.
    `categories` holds one a product, and null for each of `FEES`.
    """

    codes: pa.Array
    descriptions: pa.Array
    categories: pa.Array
    price: NDArray[np.float64]
    bulk_price: NDArray[np.float64]
    bulk_from: NDArray[np.int64]
    former_price: NDArray[np.float64]
    popularity: NDArray[np.float64]

    @property
    def products(self) -> int:
        """How many products there are."""
        return len(self.price)

    @property
    def first_fee_description(self) -> int:
        """Where the descriptions of `FEES` begin."""
        return 2 * self.products

    @property
    def write_off_descriptions(self) -> tuple[int, int]:
        """Where the reasons for write-offs begin and end."""
        return 2 * self.products + len(FEES), len(self.descriptions)


def catalogue(settings: ShopSettings) -> Catalogue:
    """Make up the products: Zipf-Mandelbrot popularity (cumulated), log-normal prices.

    `bulk_price` holds from `bulk_from` pieces on. `former_price` is what a product cost before
    the records begin; no line of the span sells at it.
    """
    rng = np.random.default_rng([settings.seed, 1])
    n = settings.products
    price = _shop_price(np.exp(rng.normal(np.log(2.6), 0.75, n)))
    bulk = rng.random(n) < settings.bulk_products
    bulk_price = np.where(bulk, np.maximum(np.round(price * 0.85, 2), 0.01), price)
    rank = rng.permutation(n) + 12.0
    popularity = np.cumsum(rank**-settings.popularity)
    names, nouns = _names(rng, n)
    kinds = {noun: kind for kind, every in CATEGORIES.items() for noun in every}
    return Catalogue(
        categories=pa.array([*(kinds[noun] for noun in nouns), *(None for _ in FEES)]),
        codes=pa.array([*_codes(rng, n), *(code for code, _ in FEES)]),
        descriptions=pa.array(
            [
                *names,
                *(
                    f" {name}" if blank else f"{name} "
                    for name, blank in zip(names, bulk, strict=True)
                ),
                *(name for _, name in FEES),
                *_WRITE_OFFS,
            ]
        ),
        price=price,
        bulk_price=bulk_price,
        bulk_from=np.where(bulk, rng.choice([12, 24, 48], n), 1),
        former_price=np.round(price * 0.93 - 0.005, 2),
        popularity=popularity / popularity[-1],
    )


def _shop_price(price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move prices to the nearest ending that shops like."""
    pounds = np.floor(np.clip(price, 0.3, 60.0))
    nearest = np.abs((price - pounds)[:, None] - _ENDINGS).argmin(axis=1)
    return np.asarray(np.round(pounds + _ENDINGS[nearest], 2))


def _names(rng: np.random.Generator, n: int) -> tuple[list[str], list[str]]:
    """Name products, and say what kind of thing each is."""
    styles, materials, nouns = len(_STYLES), len(_MATERIALS), len(_THINGS)
    packs = len(set(_PACKS))
    kinds = styles * materials * nouns
    picked = rng.permutation(kinds)[:n] if n <= kinds else np.arange(n)
    pack = rng.integers(0, len(_PACKS), n) if n <= kinds else np.arange(n) // kinds % packs + 3
    noun = [_THINGS[kind // styles // materials % nouns] for kind in picked.tolist()]
    names = [
        f"{_STYLES[kind % styles]} {_MATERIALS[kind // styles % materials]}"
        f" {named}{_PACKS[size]}"
        for kind, named, size in zip(picked.tolist(), noun, pack.tolist(), strict=True)
    ]
    return [name.capitalize() for name in names], noun


def _codes(rng: np.random.Generator, n: int) -> list[str]:
    numbers = rng.permutation(80_000)[:n] + 10_000
    letters = np.where(rng.random(n) < 0.2, rng.integers(0, 8, n), -1)
    return [
        f"{number}{'ABCDEFGH'[letter]}" if letter >= 0 else str(number)
        for number, letter in zip(numbers.tolist(), letters.tolist(), strict=True)
    ]
