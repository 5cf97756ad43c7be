"""名录体检: one fold for each kind of fault, what must come to 0 first."""

import re

SUMMARY = re.compile(r'<summary><b>([^<]*)</b> <span class="tag (tag--\w+) nowrap">([^<]*)</span></summary>')


def test_kinds_with_faults_stand_folded_with_their_count_and_what_may_stay_last(login, admin, make_source):
    (
        make_source(1, credit_code="", category=""),
        make_source(2, credit_code="", longitude="113.5", latitude="33.3"),
    )
    page = login(admin).get("/health/").content.decode()
    found = SUMMARY.findall(page)
    assert ("污染源：没有监管类别", "tag--warn", "1 条") in found and (
        "污染源：没有坐标",
        "tag--warn",
        "1 条",
    ) in found
    assert ("污染源：没有统一社会信用代码", "tag--muted", "2 条") in found
    tags = [tag for _, tag, _ in found]
    assert tags == sorted(tags, reverse=True) and len(set(tags)) == 2
    assert not any(count.startswith("0 ") for _, _, count in found)
    assert "灰色的各项里有的登记本来就对" in page and "打开这 2 条</a>" in page


def test_an_empty_registry_has_no_fold_of_faults(login, admin):
    page = login(admin).get("/health/").content.decode()
    assert "各项都没有发现问题" in page and not SUMMARY.findall(page)
