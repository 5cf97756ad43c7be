"""Two years of a bureau's work for the demonstration: registries, draws, visits, reviews, reports.

All of it goes through the verbs that the pages call, each step at its own moment (`timeline`), so that log, trail and
tables hold against each other as on any site. Names and numbers are invented.
"""
