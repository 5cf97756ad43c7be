"""What `verify.mjs` says of many bundles at once."""

from twins import ask


def checked(*bundles, earlier=None):
    """The lines for each bundle."""
    more = {} if earlier is None else {"earlier": earlier}
    return ask([{"op": "check", "files": files, **more} for files in bundles])


def passes(*bundles, earlier=None) -> list[bool]:
    return [all(line["ok"] for line in lines) for lines in checked(*bundles, earlier=earlier)]


def computed(*bundles) -> list[bool]:
    """Whether each is drawn at all."""
    return ["result" in answer for answer in ask([{"op": "compute", "files": files} for files in bundles])]


def level(lines, what) -> str | None:
    found = [line["level"] for line in lines if line["what"] == what]
    return found[0] if found else None
