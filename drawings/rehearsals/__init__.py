"""Rehearsals of a draw: the whole ceremony on today's registries, beside the draws and never among them."""
