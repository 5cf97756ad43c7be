"""What the fuzz, or somebody before it, found: each was answered with 500 once, and is tried first ever since."""

from fuzz_requests import FORM, MULTIPART, Request

_FORM_WITH_SOURCE = b"source=%EF%BB%BF&officer=0000-00-00&kind=officer&reason=a&since=2026-10-08"
_GRANTED_TWICE = (
    b"username=organiser&full_name=a&is_active=on&grants-TOTAL_FORMS=1&grants-INITIAL_FORMS=0&grants-0-id="
    b"&grants-0-user={user}&grants-0-role={role}"
)
_FIELD = b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n1\r\n--x--\r\n'

FINDINGS = [
    # A slice before the first row, and a number that no database can be asked for.
    Request("stranger", "/draws/{published}/deposits/0.tsr"),
    Request("stranger", "/draws/{published}/deposits/9223372036854775808.tsr"),
    Request("organiser", "/ceremony/{published}/substitutes/9223372036854775808/decide/", "POST"),
    Request("officer", "/inspections/9223372036854775808/"),
    Request("stranger", "/plans/99999999999999999999/"),
    # NUL on PostgreSQL.
    Request("organiser", "/ceremony/a%00b/"),
    Request("head", "/inspections/units/%00/"),
    Request("stranger", "/units/", query="q=%00"),
    Request("admin", "/admin/sources/pollutionsource/", query="q=%00"),
    Request("organiser", "/ceremony/{draft}/freeze/", "POST", body=b"seen=%00"),
    Request("auditor", "/audit/", query="actor=%00&action=%00"),
    Request("stranger", "/accounts/login/", headers={"HTTP_COOKIE": 'sessionid="\\000aaaaaaaaaaaa"'}),
    # Keys that are none, in addresses, actions, filters and forms of the admin.
    Request("admin", "/admin/enforcers/officer/x/history/"),
    Request("admin", "/admin/sources/speciality/", query="officers=9223372036854775808"),
    Request("admin", "/admin/sources/speciality/", query="officers=-9_223_372_036_854_775_809"),
    Request("admin", "/admin/enforcers/officer/9223372036854775808/history/"),
    Request("admin", "/admin/enforcers/officer/%00/change/"),
    Request("admin", "/admin/r/x/99999999999999999999/"),
    Request("admin", "/admin/enforcers/officer/", "POST", body=b"action=strike_off&_selected_action=x"),
    Request(
        "admin",
        "/admin/enforcers/officer/",
        "POST",
        body=b"action=strike_off&_selected_action=9223372036854775808",
    ),
    Request("admin", "/admin/sources/pollutionsource/", query="name__regex=%5B"),
    Request("admin", "/admin/sources/pollutionsource/", query="number__range=delete_selected"),
    Request("admin", "/admin/sources/permitcondition/", query="source__id__exact=9223372036854775808"),
    Request(
        "admin", "/admin/enforcers/officer/", query="level=1&specialities__id__exact=99999999999999999999"
    ),
    Request("admin", "/admin/enforcers/recusal/{recusal}/change/", "POST", body=_FORM_WITH_SOURCE),
    Request("admin", "/admin/enforcers/recusal/add/", "POST", body=b"source=9223372036854775808&officer=x"),
    Request("admin", "/admin/enforcers/officer/keep/training/", "POST", body=b"officers=9223372036854775808"),
    Request("organiser", "/ceremony/plans/new/", "POST", body=b"items=9223372036854775808&year=2030"),
    Request("organiser2", "/ceremony/{published}/void/decide/", "POST", body=b"request=" + b"9" * 5000),
    Request("head", "/inspections/publish/{draw}/", "POST", body=b"seen=" + b"9" * 5000 + b"@x"),
    # A row that is there already, sent as a new one from a page that is older than it.
    Request("security", "/admin/wugang_audit/user/{user}/change/", "POST", body=_GRANTED_TWICE),
    # Where to go next, by a word that is no address.
    Request("organiser2", "/accounts/second_factor/", query="next=null"),
    # What a request says of itself.
    Request("organiser", "/accounts/logout/", "POST", body=b"a=1", content_type=f"{FORM}; charset=rot13"),
    Request(
        "organiser",
        "/ceremony/{frozen}/witnesses/",
        "POST",
        body=_FIELD,
        content_type=f"{MULTIPART}; charset=rot13",
    ),
    Request("admin", "/accounts/logout/", "POST", body=b"a=1", headers={"CONTENT_LENGTH": "x"}),
]
