"""The rules of forms with one row a customer: name, title and reason."""

from pipeline.quality.rules import Rule

REPLACED = Rule(
    "replaced",
    "Customers given again in a newer file",
    "A newer file replaces whole customers of an older one.",
)
UNREADABLE = Rule(
    "unreadable",
    "Rows with a cell that can't be read",
    "A number or date holds something else; few such rows are left out, many refuse the file.",
)
NOBODY = Rule("nobody", "Rows without a customer", "They can't be told from one another.")
LATER = Rule(
    "later",
    "Customers enrolled after the day of the snapshot",
    "The run looks at the data as it was known at the end of that day.",
)
OVERLAP = Rule(
    "overlap",
    "Rows that stand twice",
    "Equal in every column to another row of the same customer; counted once.",
)
REPEATED = Rule(
    "repeated",
    "Earlier rows of customers who stand more than once",
    "One row a customer is kept, the last one.",
)
STRANGERS = Rule(
    "strangers",
    "Monthly figures and profits of unknown customers",
    "The file of customers doesn't name them.",
)
UNKNOWN_MONTH = Rule(
    "unknown_month",
    "Rows of a month that isn't one of the three",
    "The month is told by its name: this, the last, or the one before.",
)
MISSPELT = Rule(
    "misspelt",
    "Words brought to one spelling",
    "Typing errors and synonyms known of this form are merged; nobody is left out.",
)
NO_ANSWER = Rule(
    "no_answer",
    "Answers that are none",
    "Jokes in a form's free text count as unknown; the customer stays.",
)
IMPOSSIBLE = Rule(
    "impossible",
    "Values that can't be",
    "Ages above 110, negative amounts and counts are taken as unknown; the customer stays.",
)
ABSURD = Rule(
    "absurd",
    "Amounts beyond belief",
    "More than ten times the median: a placeholder or a slip; taken as unknown.",
)
CONSTANT = Rule(
    "constant",
    "Columns that hold one value",
    "They tell customers apart in nothing and are left out of every model.",
)
MISSING = Rule(
    "missing",
    "Customers with a gap",
    "Cells that are empty or were taken as unknown; models fill them from the customers they"
    " learn from, figures leave them out.",
)
ALIKE = Rule(
    "alike",
    "Customers equal in everything but their number",
    "Perhaps the same person twice; kept, since two people can be alike.",
)
