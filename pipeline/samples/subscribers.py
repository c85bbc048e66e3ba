"""A made-up table of customers with columns of its own: subscribers, and who of them left.

Leaving follows from the contract, the months as a customer, the charges and calls for support;
most other columns only lean towards some of these.
"""

import numpy as np
import pyarrow as pa

from pipeline.samples.draws import (
    Flags,
    Floats,
    Longs,
    counted,
    happens,
    kinds,
    kinds_by,
    numbers,
    words,
)

SUBSCRIBERS = 1_200
CONTRACTS = ("Month-to-month", "One year", "Two year")
INTERNET = ("Fiber optic", "DSL", "No")
PAYMENTS = ("Electronic check", "Mailed check", "Bank transfer", "Credit card")
YES_NO = ("No", "Yes")


def made_up_subscribers(customers: int = SUBSCRIBERS, *, seed: int = 0) -> pa.Table:
    """Make up one row per customer: 20 columns, `Churn` says who left.

    Whoever has just come has an empty total, as such files do.
    """
    many = counted(customers)
    rng = np.random.default_rng([seed, 5])
    contract = kinds(rng, (55, 21, 24), many)
    tenure = np.minimum(np.floor(rng.gamma(1.1, 14 + 18 * contract)), 72).astype(np.int64)
    internet = kinds(rng, (44, 34, 22), many)
    is_online = internet < 2
    is_senior = happens(rng, np.full(many, -1.65))
    has_partner = happens(rng, np.asarray(-0.6 + tenure / 60, dtype=np.float64))
    extras = [_has(rng.random(many) < share, is_online) for share in (0.36, 0.44, 0.37, 0.49)]
    calls = rng.poisson(0.6 + 0.9 * (internet == 0))
    base = np.array([74.0, 46.0, 20.0])[internet]
    charges = np.round(base + 5 * sum(extras) + rng.normal(0, 4, many).clip(-12, 12), 2)
    odds: Floats = np.asarray(
        -1.6
        - 1.5 * contract
        - 0.028 * tenure
        + 0.012 * (charges - 65)
        + 0.55 * calls
        + 0.35 * is_senior,
        dtype=np.float64,
    )
    has_left = happens(rng, odds)
    totals = np.round(charges * tenure * rng.normal(1, 0.03, many), 2)
    security, backup, support, television = (_flag(extra) for extra in extras)
    return pa.table(
        {
            "customerID": pa.array([f"S{number:05}" for number in numbers(rng, many, 10_000)]),
            "gender": words(("Female", "Male"), kinds(rng, (1, 1), many)),
            "SeniorCitizen": pa.array(is_senior.astype(np.int64)),
            "Partner": _flag(has_partner),
            "Dependents": _flag(has_partner & happens(rng, np.zeros(many))),
            "tenure": pa.array(tenure),
            "PhoneService": _flag(happens(rng, np.full(many, 2.2))),
            "InternetService": words(INTERNET, internet),
            "OnlineSecurity": security,
            "OnlineBackup": backup,
            "TechSupport": support,
            "StreamingTV": television,
            "Contract": words(CONTRACTS, contract),
            "PaperlessBilling": _flag(
                happens(rng, np.asarray(0.9 - 0.4 * contract, dtype=np.float64))
            ),
            "PaymentMethod": words(PAYMENTS, kinds_by(rng, _payments(contract))),
            "SupportCalls": pa.array(calls),
            "DiscountShare": pa.array(np.round(rng.beta(2, 9, many), 2)),
            "MonthlyCharges": pa.array(charges),
            "TotalCharges": pa.array(totals, mask=tenure == 0),
            "Churn": _flag(has_left),
        }
    )


def _has(wants_extra: Flags, is_online: Flags) -> Flags:
    return wants_extra & is_online


def _flag(holds: Flags) -> pa.Array:
    return words(YES_NO, holds)


def _payments(contract: Longs) -> Floats:
    weights = np.array([[5, 3, 2, 2], [2, 2, 3, 3], [1, 2, 4, 4]], dtype=np.float64)
    return weights[contract]
