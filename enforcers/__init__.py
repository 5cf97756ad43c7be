"""The registry of enforcement officers (执法人员信息库)."""
