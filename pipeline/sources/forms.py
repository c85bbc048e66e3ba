"""The forms: what each has, and its columns, by their canonical names and the names they go by.

The market activity form is four files that join on the customer; each is a form of its own
here, `market-activity/…`.
"""

from dataclasses import dataclass
from typing import NamedTuple

from pipeline.sources.customers import names as people
from pipeline.sources.orders import fields as orders

ORDER_REQUIRED = frozenset({"customer_id", "ordered_at"})
"""What pages ask for first; `needs` says which others do as well."""


class Field(NamedTuple):
    """A column that a form knows: its canonical name and the other names it goes by.

    A field that a file must have is `required`.
    """

    name: str
    required: bool
    also: tuple[str, ...]


@dataclass(frozen=True)
class Has:
    """What a data set of a form has; asked instead of what the form is called.

    `orders` are dated order lines, where others have one row a customer; `outcome` is the
    source's own word on what a customer did.
    """

    orders: bool = False
    products: bool = False
    invoices: bool = False
    quantities: bool = False
    countries: bool = False
    campaigns: bool = False
    outcome: bool = False


class Form(NamedTuple):
    """A form: its name, the fields of its tables, what its data sets have.

    The first table is the one that has every customer.
    """

    name: str
    tables: dict[str, tuple[Field, ...]]
    has: Has


def _fields(required: dict[str, str], optional: dict[str, str]) -> tuple[Field, ...]:
    return tuple(
        Field(name, must, tuple(also.split(", ")))
        for must, fields in ((True, required), (False, optional))
        for name, also in fields.items()
    )


ORDER_LINES = tuple(
    Field(name, name in ORDER_REQUIRED, also) for name, also in orders.known_names().items()
)
MARKETING = _fields(
    {
        "customer_id": "ID, Customer ID, Client ID",
        "recency_days": "Recency",
        "spend_wines": "MntWines",
        "spend_fruits": "MntFruits",
        "spend_meat": "MntMeatProducts",
        "spend_fish": "MntFishProducts",
        "spend_sweets": "MntSweetProducts",
        "spend_gold": "MntGoldProds",
        "purchases_web": "NumWebPurchases",
        "purchases_catalogue": "NumCatalogPurchases",
        "purchases_store": "NumStorePurchases",
    },
    {
        "birth_year": "Year_Birth, Year of Birth",
        "education": "Education",
        "marital_status": "Marital_Status",
        "income": "Income",
        "children_at_home": "Kidhome",
        "teenagers_at_home": "Teenhome",
        "enrolled_on": "Dt_Customer",
        "purchases_deals": "NumDealsPurchases",
        "web_visits_month": "NumWebVisitsMonth",
        "accepted_1": "AcceptedCmp1",
        "accepted_2": "AcceptedCmp2",
        "accepted_3": "AcceptedCmp3",
        "accepted_4": "AcceptedCmp4",
        "accepted_5": "AcceptedCmp5",
        "response": "Response",
        "complain": "Complain",
        "cost_of_contact": "Z_CostContact",
        "revenue_of_contact": "Z_Revenue",
    },
)
BEHAVIOUR = _fields(
    {
        "customer_id": "Customer ID, ID, Client ID",
        "total_spend": "Total Spend, Total Spent",
        "items_purchased": "Items Purchased",
        "days_since_last_purchase": "Days Since Last Purchase",
    },
    {
        "gender": "Gender, Sex",
        "age": "Age",
        "city": "City",
        "membership": "Membership Type, Membership",
        "average_rating": "Average Rating, Rating",
        "discount_applied": "Discount Applied",
        "satisfaction": "Satisfaction Level, Satisfaction",
    },
)
ACTIVITY = _fields(
    {
        "customer_id": "id, Customer ID",
        "activity": "Покупательская активность",
        "service_type": "Тип сервиса",
        "messages_allowed": "Разрешить сообщать",
        "marketing_6_months": "Маркет_актив_6_мес",
        "marketing_this_month": "Маркет_актив_тек_мес",
        "days_registered": "Длительность",
        "promotional_share": "Акционные_покупки",
        "favourite_category": "Популярная_категория",
        "categories_per_visit": "Средний_просмотр_категорий_за_визит",
        "unpaid_products": "Неоплаченные_продукты_штук_квартал",
        "service_errors": "Ошибка_сервиса",
        "pages_per_visit": "Страниц_за_визит",
    },
    {},
)
REVENUE = _fields(
    {"customer_id": "id, Customer ID", "period": "Период", "revenue": "Выручка"}, {}
)
MINUTES = _fields(
    {"customer_id": "id, Customer ID", "period": "Период", "minutes": "минут"}, {}
)
PROFIT = _fields({"customer_id": "id, Customer ID", "profit": "Прибыль"}, {})
ANY_CUSTOMERS = tuple(Field(name, required=False, also=()) for name in people.FIELDS)

REGISTERED = (
    Form(
        "order-lines",
        {"order-lines": ORDER_LINES},
        Has(orders=True, products=True, invoices=True, quantities=True, countries=True),
    ),
    Form("marketing", {"marketing": MARKETING}, Has(campaigns=True)),
    Form("behaviour", {"behaviour": BEHAVIOUR}, Has()),
    Form("customers", {"customers": ANY_CUSTOMERS}, Has(countries=True)),
    Form(
        "market-activity",
        {
            "market-activity/customers": ACTIVITY,
            "market-activity/revenue": REVENUE,
            "market-activity/minutes": MINUTES,
            "market-activity/profit": PROFIT,
        },
        Has(outcome=True),
    ),
)
"""Every form; a new one is added here."""
ORDERS = "order-lines"
"""The key of the table of orders."""
CUSTOMERS = "customers"
"""The key of tables of customers with any columns: told by what they hold, not by names."""
AUTO = "auto"
"""Asks for the form that the columns tell."""
NAMES = tuple(form.name for form in REGISTERED)
FORMS: dict[str, tuple[Field, ...]] = {
    key: fields for form in REGISTERED for key, fields in form.tables.items()
}
"""The fields of each table of each form."""
MEANT = {key: 0.5 for key in FORMS if key.startswith("market-activity")}
"""Forms that are looked for only where they are meant: which share of their needs may lack."""
PEOPLE = frozenset(next(iter(form.tables)) for form in REGISTERED if not form.has.orders)
"""Tables that have every customer of a form without orders."""
NUMBERS = orders.NUMBERS | frozenset(
    {
        "recency_days", "spend_wines", "spend_fruits", "spend_meat", "spend_fish",
        "spend_sweets", "spend_gold", "purchases_web", "purchases_catalogue",
        "purchases_store", "purchases_deals", "web_visits_month", "birth_year", "income",
        "children_at_home", "teenagers_at_home", "accepted_1", "accepted_2", "accepted_3",
        "accepted_4", "accepted_5", "response", "complain", "cost_of_contact",
        "revenue_of_contact",
        "total_spend", "items_purchased", "days_since_last_purchase", "age", "average_rating",
        "marketing_6_months", "marketing_this_month", "days_registered", "promotional_share",
        "categories_per_visit", "unpaid_products", "service_errors", "pages_per_visit",
        "revenue", "minutes", "profit",
    }
) | people.NUMBERS  # fmt: skip
"""Fields that hold numbers; `DATES` hold days or moments, all others text."""
DATES = orders.DATES | people.DATES | {"enrolled_on"}
FIELDS = frozenset(field.name for fields in FORMS.values() for field in fields)


def needs(form: str) -> tuple[tuple[str, ...], ...]:
    """Give the fields that a key of `FORMS` can't do without, alternatives together.

    >>> needs("order-lines")[1:]
    (('ordered_at',), ('amount', 'unit_price', 'order_total'))
    """
    if has(form).orders:
        return orders.NEEDS
    return tuple((field.name,) for field in FORMS[form] if field.required)


def family(form: str) -> str:
    """Name the form that a key of `FORMS` belongs to, as the command line says it.

    >>> family("market-activity/profit")
    'market-activity'
    """
    return form.partition("/")[0]


def has(form: str) -> Has:
    """Tell what a data set of a form has, by the form's name or a key of `FORMS`.

    >>> has("order-lines").orders, has("market-activity/profit").orders
    (True, False)
    """
    return next(registered.has for registered in REGISTERED if registered.name == family(form))


def tables_of(form: str) -> list[str]:
    """Name the keys of `FORMS` that belong to a form as the command line says it.

    Where any will do, tables of customers with any columns are not among them: names alone
    never tell those.

    >>> tables_of("marketing"), len(tables_of("market-activity")), len(tables_of(AUTO))
    (['marketing'], 4, 7)
    """
    return [
        key
        for key in FORMS
        if form in (key, family(key)) or (form == AUTO and key != CUSTOMERS)
    ]
