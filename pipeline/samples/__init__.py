"""Made-up data of every form and any size, for first steps and for tests.

`lines.made_up_lines` writes the export of a shop whose true customers are known, `truth` what
the export does not tell; `subscribers`, `marketing`, `behaviour` and
`market_activity` are the other forms.
"""
