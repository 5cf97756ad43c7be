"""A script is told that the log-in is not enough where a browser is led to the page that mends it."""

from django.test import Client
from django.urls import reverse

JSON = {"Accept": "application/json"}


def test_a_script_is_told_where_to_log_in():
    response = Client().get(reverse("inspections:tasks"), headers=JSON)
    assert response.status_code == 401
    assert response.json()["login"].startswith(reverse("login"))
    assert response["Cache-Control"] == "private, no-store"
    assert Client().get(reverse("inspections:tasks"), headers={"Accept": "text/html, */*"}).status_code == 302


def test_a_script_is_told_that_the_code_is_owed(login, organiser):
    response = login(organiser, password_only=True).get(reverse("desk"), headers=JSON)
    assert response.status_code == 401
    assert response.json()["login"].startswith("/accounts/second_factor/")
