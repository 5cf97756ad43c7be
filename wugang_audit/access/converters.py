"""What stands in an address: only numbers and codes that can exist are matched, all else is 404 before any query.

Imported once, by the root of the addresses: it registers itself.
"""

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from .keys import KEY, key_of


class Serial:
    """A key, or a number in a sequence, from 1 on."""

    regex = KEY

    def to_python(self, value: str) -> int:
        number = key_of(value)
        if number is None:
            raise ValueError("no database holds this number")
        return number

    def to_url(self, value: int) -> str:
        return str(value)


class AdminKey(Serial):
    """A key as Django's admin reads it: as text. It also makes an address with a placeholder that its script fills."""

    regex = f"{Serial.regex}|__fk__"

    def to_python(self, value: str) -> str:
        return str(super().to_python(value))


class Year(Serial):
    regex = "[1-9][0-9]{3}"


class Version(Serial):
    """A small number, such as the version of a plan."""

    regex = "[1-9][0-9]{0,3}"


class RegistryNumber(StringConverter):
    """The number of a unit in the registry: an id of draw/2."""

    regex = "[0-9A-Za-z_-]{1,55}"


for _name, _converter in {
    "serial": Serial,
    "admin_key": AdminKey,
    "year": Year,
    "version": Version,
    "registry_number": RegistryNumber,
}.items():
    register_converter(_converter, _name)


def with_real_keys(entry: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """Return an address of Django's admin, or a whole tree of them, that matches keys instead of any path."""
    if isinstance(entry, URLResolver):
        inner = [with_real_keys(each) for each in entry.url_patterns]
        return URLResolver(entry.pattern, inner, entry.default_kwargs, entry.app_name, entry.namespace)
    route = str(entry.pattern)
    if "<path:" not in route:
        return entry
    return path(route.replace("<path:", "<admin_key:"), entry.callback, entry.default_args, entry.name)
