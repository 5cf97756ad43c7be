"""What is asked of every site: its map, robots.txt, an icon, and a page for an address of nothing."""

import re
from xml.etree import ElementTree

import pytest

from drawings.disclosure import sitemap
from sources.models import PollutionSource

ROOT = "http://testserver"


def locations(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/xml; charset=utf-8"
    return [
        loc.text.removeprefix(ROOT)
        for loc in ElementTree.fromstring(answer.content).iter()
        if loc.tag.endswith("loc")
    ]


def all_locations(stranger):
    return [path for part in locations(stranger, "/sitemap.xml") for path in locations(stranger, part)]


def test_the_map_leads_to_pages_alone(draw_in, report, stranger):
    draw = draw_in("published")
    report(draw.selections.first().inspection)
    paths = all_locations(stranger)
    assert len(paths) == len(set(paths)) > 20
    assert {
        "/",
        f"/draws/{draw.code}/",
        "/plans/2026/",
        "/plans/2026/1/",
        "/results/?quarter=2026Q4",
        "/results/?quarter=2026",
    } <= {*paths}
    wrong = [path for path in paths if stranger.get(path).status_code != 200]
    assert wrong == []


def test_every_unit_with_a_page_is_on_the_map_and_no_other(draw_in, stranger):
    draw = draw_in("sealed-published")
    drawn = draw.selections.first().source
    gone = PollutionSource.objects.exclude(selections__draw=draw).first()
    PollutionSource.objects.filter(pk__in=[drawn.pk, gone.pk]).update(is_active=False)
    numbers = PollutionSource.objects.values_list("number", flat=True)
    with_page = {f"/units/{each}/" for each in numbers if stranger.get(f"/units/{each}/").status_code == 200}
    on_map = {path for path in all_locations(stranger) if path.startswith("/units/") and path != "/units/"}
    assert on_map == with_page
    assert not {f"/units/{drawn.number}/", f"/units/{gone.number}/"} & on_map
    assert len(on_map) == len(numbers) - 2


@pytest.mark.parametrize(
    "state", ["draft", "sealed-frozen", "sealed-drawn", "sealed-published", "void-drawn"]
)
def test_the_map_knows_no_draft_and_what_is_sealed_makes_no_difference(draw_in, stranger, state):
    draw = draw_in(state)
    paths = all_locations(stranger)
    assert (f"/draws/{draw.code}/" in paths) == (state != "draft")
    before = [path for path in paths if path.startswith("/units/")]
    assert len(before) == PollutionSource.objects.filter(is_active=True).count() + 1


def test_many_units_fill_many_files(db, stranger, monkeypatch):
    monkeypatch.setattr(sitemap, "UNITS", 2)
    for at in range(5):
        PollutionSource.objects.create(number=f"M-{at}", name=f"地图厂{at}")
    parts = [path for path in locations(stranger, "/sitemap.xml") if "units" in path]
    assert parts == [f"/sitemap-units-{part}.xml" for part in (1, 2, 3)]
    assert sum((locations(stranger, part) for part in parts), []) == [f"/units/M-{at}/" for at in range(5)]
    assert stranger.get("/sitemap-units-4.xml").status_code == 404


def test_robots_are_shown_the_map_and_kept_from_what_is_none_of_theirs(db, stranger):
    answer = stranger.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[0] == "User-agent: *" and f"Sitemap: {ROOT}/sitemap.xml" in lines
    assert {"Disallow: /visit/", "Disallow: /units/suggest/", "Disallow: /accounts/"} <= {*lines}
    assert "Disallow: /" not in lines


def test_the_icon_is_found_where_it_always_was(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert b"<svg" in answer.content


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("/units/410481-9999/", "410481-9999", "污染源编码结尾"),
        ("/units/没有这家厂/", "没有这家厂", "污染源编码结尾"),
        ("/舞钢铸造厂", "舞钢铸造厂", "抄错了一个字符"),
        ("/draws/2026q4/", None, "例如 2026Q4"),
        ("/visit/secretsecret/", None, "专用网址"),
        ("/units/<script>alert(1)</script>/", None, "污染源编码结尾"),
        ('/units/"onfocus=x/', None, "污染源编码结尾"),
        ("/ceremony/张三/", None, "抄错了一个字符"),
        ("/" + "x" * 3000, None, "抄错了一个字符"),
    ],
)
def test_an_address_of_nothing_says_what_may_be_wrong_and_searches(db, stranger, path, value, said):
    answer = stranger.get(path)
    text = answer.content.decode()
    assert answer.status_code == 404 and said in text
    box = re.findall(r'<input id="site-search"[^>]*>', text)
    assert len(box) == 1
    assert re.findall(r' value="([^"]*)"', box[0]) == ([value] if value else [])
    assert "<script>alert" not in text and "onfocus" not in text and "secretsecret" not in text


def test_a_unit_without_a_page_is_answered_as_one_that_never_was(draw_in, stranger):
    draw = draw_in("sealed-published")
    drawn = draw.selections.first().source
    PollutionSource.objects.filter(pk=drawn.pk).update(is_active=False)

    def said(number):
        answer = stranger.get(f"/units/{number}/")
        text = answer.content.decode().replace(number, "N")
        return answer.status_code, re.sub(r"编号 <b>[^<]*</b>", "", text)

    assert said(drawn.number) == said("410481-9999")


def test_every_page_describes_itself_and_marks_its_place(draw_in, report, stranger):
    draw = draw_in("published")
    selection = draw.selections.first()
    report(selection.inspection)
    described = {}
    paths = [path for path in all_locations(stranger) if not path.startswith("/units/") and "?" not in path]
    paths += ["/units/", f"/units/{selection.source.number}/", f"/draws/{draw.code}/observer/"]
    paths += [f"/draws/{draw.code}/findings/{selection.source.number}/"]
    for path in paths:
        text = stranger.get(path).content.decode()
        described.setdefault(re.search(r'<meta name="description" content="([^"]+)">', text)[1], []).append(
            path
        )
        nav = text.partition('aria-label="主导航"')[2].partition("</nav>")[0]
        assert nav.count('aria-current="page"') == 1, path
        if path.count("/") > 2:
            assert 'class="crumbs"' in text and '<li aria-current="page">' in text, path
        assert text.count("data-suggest=") == 1, path
    plans = {"/plans/2026/", "/plans/2026/1/"}  # one page at two addresses
    assert [paths for paths in described.values() if len(paths) > 1 and {*paths} != plans] == []
