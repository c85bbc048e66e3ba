"""Which lines are products and which postage, fees, vouchers and other codes of a shop."""

import re

import numpy as np
import pandas as pd

PRODUCT = "product"
NOTHING = "no code"
CLASSES = (
    ("voucher", r"GIFT_.*|.*VOUCHER.*|GUTSCHEIN.*"),
    ("test", r"TEST\d*.*"),
    ("bank and marketplace fee", r"BANK CHARGES|AMAZONFEE|FEE|.*\bFEES?"),
    ("discount", r"D|DISCOUNT|RABATT|.*\bDISCOUNT"),
    ("manual booking", r"M|MANUAL"),
    ("sample", r"S|SAMPLES?"),
    ("adjustment", r"B|ADJUST\w*|ADJ\w*|CRUK"),
    ("packing", r"PADS"),
    ("tax", r"TAX|VAT|MWST|TVA|IVA"),
    ("postage", r"POST|DOT|C2|POSTAGE|CARRIAGE"),
)
"""What codes of the field's sources mean; the first that matches, in capitals."""
EXAMPLES = 5


def item_classes(
    lines: pd.DataFrame, fee_codes: tuple[str, ...], fee_prefixes: tuple[str, ...]
) -> pd.DataFrame:
    """One row per class of codes in a source, before any cleaning.

    `lines` are as they were read; `fee_codes` and `fee_prefixes` are those of the cleaning
    rules: what they take and no class names is another fee. Empty where no line has a code.
    """
    if "product" not in lines or not lines["product"].notna().any():
        return pd.DataFrame()
    words = lines["product"].cat
    names = words.categories.astype("str")
    classes = [class_of(name, fee_codes, fee_prefixes) for name in names]
    kinds = [PRODUCT, *(name for name, _ in CLASSES), "other fee", NOTHING]
    place = np.append([kinds.index(item_class) for item_class in classes], kinds.index(NOTHING))
    code = place[words.codes.to_numpy()]
    amount = (lines["quantity"] * lines["unit_price"]).fillna(0.0).to_numpy(dtype=float)
    table = pd.DataFrame(
        {
            "item_class": kinds,
            "rows": np.bincount(code, minlength=len(kinds)),
            "amount": np.bincount(code, weights=amount, minlength=len(kinds)).round(2),
            "codes": [classes.count(kind) for kind in kinds],
            "examples": [
                ", ".join(
                    sorted(n for n, c in zip(names, classes, strict=True) if c == kind)[
                        :EXAMPLES
                    ]
                )
                for kind in kinds
            ],
        }
    )
    return table[table["rows"] > 0].reset_index(drop=True)


def class_of(name: str, fee_codes: tuple[str, ...], fee_prefixes: tuple[str, ...]) -> str:
    """Name the class of a code; `PRODUCT` where no rule of the cleaning takes it for a fee."""
    code = name.strip().upper()
    is_fee = code in {fee_code.upper() for fee_code in fee_codes} or code.startswith(
        tuple(fee_prefix.upper() for fee_prefix in fee_prefixes)
    )
    if not is_fee:
        return PRODUCT
    matching_kinds = (kind for kind, pattern in CLASSES if re.fullmatch(pattern, code))
    return next(matching_kinds, "other fee")
