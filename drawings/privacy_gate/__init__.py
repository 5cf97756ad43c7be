"""The gate before publication: personal data in a text stops it until it is removed or marked as none, with a reason."""
