"""Figures of a quarter, its report to the city and the province, and how the work of teams and officers went."""
