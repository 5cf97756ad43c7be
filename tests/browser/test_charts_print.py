"""Pictures of figures on paper."""

import pytest

pytestmark = pytest.mark.browser

PAGE = 297 / 25.4 * 96  # an upright A4 page, in CSS pixels


def test_a_picture_with_many_bars_fits_a_page(open_as, live_server, published_draw):
    page = open_as(None)
    page.goto(f"{live_server.url}/statistics/2026/")
    page.evaluate(
        """document.querySelector('main').insertAdjacentHTML('beforeend',
            '<figure class="chart"><svg class="chart-picture" viewBox="0 0 800 2400"></svg></figure>')"""
    )
    picture = page.locator("svg.chart-picture").last
    page.emulate_media(media="print")
    assert 0 < picture.bounding_box()["height"] < PAGE * 0.7
