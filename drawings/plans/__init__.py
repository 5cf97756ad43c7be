"""The plan of a year: its rates, the ways to read the scheme, and what each quarter would draw."""
