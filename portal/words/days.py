"""The days that an order or a look at the data may have."""

import datetime as dt

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 1, 1)
