"""The registry of pollution sources (污染源信息库)."""
