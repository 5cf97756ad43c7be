"""The pages of Django's admin in the words of the site: its lists, values and messages."""
