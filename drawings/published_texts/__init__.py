"""Texts that anybody reads today, searched once more: what is older than the gate, or than a rule of its finder."""
