"""What comes next: revenue, orders and buyers by week and by month, with intervals.

`days` lays trade out day by day, `weeks` makes whole weeks of it and takes out days on which
the shop was shut, `models` tells the weeks ahead of the whole, `parts` shares them out,
`origins` does all that on earlier weeks, `intervals` makes ranges of how far off it was, and
`stage` puts it together.
"""
