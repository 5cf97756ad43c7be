"""The admin's own pages, asked for what cannot be: each refuses, or shows the form again; none reaches the database with it."""

import pytest

OFFICERS, UNITS, RECUSALS = (
    "/admin/enforcers/officer/",
    "/admin/sources/pollutionsource/",
    "/admin/enforcers/recusal/",
)
NO_KEYS = ["x", "0", "-1", "１２", str(2**63), "9" * 5000, "\ufeff", "1,2", ""]


@pytest.fixture
def client(login, admin, officers, registry):
    return login(admin)


@pytest.mark.parametrize("key", NO_KEYS)
@pytest.mark.parametrize("action", ["strike_off", "open_accounts", "keep_training", "nothing", ""])
def test_an_action_on_rows_that_cannot_be_is_refused(client, key, action):
    for across in ("0", "1", "x"):
        sent = {"action": action, "_selected_action": ["1", key], "select_across": across, "index": "0"}
        assert client.post(OFFICERS, sent).status_code == 400


def test_an_action_on_a_row_that_is_no_longer_there_changes_nothing(client, officers):
    sent = {"action": "strike_off", "_selected_action": str(2**63 - 1), "index": "0"}
    assert client.post(OFFICERS, sent).status_code == 302
    assert all(type(one).objects.get(pk=one.pk).is_active for one in officers)


@pytest.mark.parametrize(
    "query",
    [
        "name__regex=[", "name__iregex=(a%2B)%2B$", "number__range=1", "id__in=x", "id__in=1,2", "pk__in=1", "id__exact=x", "pk=x",
        f"id__exact={2**63}", f"speciality__id__exact={10**30}", "speciality__id__exact=x", "name__contains=a",
        "_to_field=nothing", "_to_field=name__x", "selections__draw__salt__startswith=a",
    ],
)  # fmt: skip
def test_a_list_is_asked_only_as_its_filters_ask(client, query):
    assert client.get(f"{UNITS}?{query}").status_code == 400
    assert client.post(f"{UNITS}export/?{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "category__exact=key", "is_active__exact=1", "speciality__id__exact=1", "speciality__isnull=True", "o=1.-2", "p=2", "medium=water",
        "check=x", "all=", "q=410481", "e=1", "township=x", "_popup=1",
    ],
)  # fmt: skip
def test_what_its_own_links_ask_is_answered(client, query):
    assert client.get(f"{UNITS}?{query}", follow=True).status_code == 200


@pytest.mark.parametrize("value", [*NO_KEYS, "x" * 300])
def test_a_form_with_a_row_that_cannot_be_is_shown_again(client, value):
    for url in (f"{RECUSALS}add/", f"{OFFICERS}add/"):
        sent = {
            "officer": value,
            "source": value,
            "kind": value,
            "since": value,
            "until": value,
            "user": value,
        }
        for inline in ("abilities", "absences", "recusals", "trainings"):
            sent |= {
                f"{inline}-TOTAL_FORMS": "1",
                f"{inline}-INITIAL_FORMS": "0",
                f"{inline}-0-source": value,
            }
            sent |= {f"{inline}-0-speciality": value, f"{inline}-0-id": value, f"{inline}-0-officer": value}
        assert client.post(url, sent).status_code == 200


@pytest.mark.parametrize("total", ["", "x", "-1", str(10**9), "9" * 5000, None])
def test_a_form_whose_rows_are_counted_wrongly_is_shown_again(client, total):
    sent = {} if total is None else {f"abilities-{name}_FORMS": total for name in ("TOTAL", "INITIAL")}
    assert client.post(f"{OFFICERS}add/", sent).status_code == 200


@pytest.mark.parametrize("value", NO_KEYS)
def test_rows_that_cannot_be_are_not_ticked(client, value):
    assert client.get(f"{OFFICERS}keep/training/?officers={value}").status_code == 200
    page = client.post(
        f"{OFFICERS}keep/training/", {"officers": [value], "date": "2026-01-01", "hours": "1", "topic": "a"}
    )
    assert page.status_code == 200


@pytest.mark.parametrize(
    "query",
    ["", "app_label=x", "app_label=enforcers&model_name=recusal&field_name=x", "term=a&page=x", "page=0"],
)
def test_the_search_of_a_box_refuses_what_it_does_not_know(client, query):
    assert client.get(f"/admin/autocomplete/?{query}").status_code == 403


@pytest.mark.parametrize("page", ["x", "0", "-1", "9" * 5000, str(2**63)])
def test_the_search_of_a_box_has_no_such_page(client, page):
    box = "app_label=enforcers&model_name=recusal&field_name=source"
    assert client.get(f"/admin/autocomplete/?{box}").status_code == 200
    assert client.get(f"/admin/autocomplete/?{box}&page={page}").status_code == 404


def test_an_ability_that_was_added_meanwhile_is_an_error_beside_it(client, officers):
    officer = officers[0]
    sent = {
        "name": officer.name,
        "certificate_expiry": "2099-12-31",
        "duty_state": "on_duty",
        "is_active": "on",
    }
    for inline in ("abilities", "absences", "recusals", "trainings"):
        sent |= {f"{inline}-TOTAL_FORMS": "0", f"{inline}-INITIAL_FORMS": "0"}
    ability = officer.abilities.get()
    sent |= {
        "abilities-TOTAL_FORMS": "1",
        "abilities-0-speciality": ability.speciality_id,
        "abilities-0-level": "1",
    }
    page = client.post(f"{OFFICERS}{officer.pk}/change/", sent)
    assert page.status_code == 200 and "已经存在" in page.content.decode(), page.context["errors"]
    assert officer.abilities.count() == 1
