"""The names of the strata: the script that verifies in the browser has a copy, which must be the same."""

import re
from pathlib import Path

from drawings.models import Stratum

SCRIPT = Path(__file__).resolve().parents[3] / "drawings/static/drawings/verify-page.mjs"


def test_the_browser_names_every_stratum_as_the_site_does():
    listed = re.search(r"const STRATA = \{(.*?)\};", SCRIPT.read_text(encoding="utf-8"), re.S)[1]
    assert re.findall(r'"([a-z-]+)": "([^"]+)"', listed) == Stratum.choices


def test_a_code_of_another_site_stays_as_it_is():
    assert [Stratum.label_of("key"), Stratum.label_of("s0")] == ["重点排污单位", "s0"]
