"""Law that the list of items names in its own words, registered in one step: for sites older than the table of the law."""

import pytest

from drawings import annex
from drawings.models import InspectionItem, LegalBasis
from wugang_audit.audit.models import AuditEntry

LIST = "/admin/drawings/inspectionitem/"
OLD = "《中华人民共和国环境保护法》（主席令第9号）"
NEW = "《中华人民共和国生态环境法典》"
NOTICE = "《关于在污染源日常环境监管领域推广随机抽查制度的实施方案》（环办〔2015〕88号）"


@pytest.fixture
def bare(item):
    """The shipped item as a site has it that is older than the table of the law."""
    item.bases.clear()
    return item


def since(item):
    return [(link.basis.cited, link.cited_since) for link in item.citations.order_by("pk")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (
            "《中华人民共和国环境保护法》第十条、第二十四条",
            {("环境保护法", "第十条"), ("环境保护法", "第二十四条")},
        ),
        ("《中华人民共和国环境保护法》（主席令9号）第十条", {("环境保护法", "第十条")}),
        (
            "《 中华人民共和国环境保护法 》第 10 条、第24条",
            {("环境保护法", "第十条"), ("环境保护法", "第二十四条")},
        ),
        ("第十条《中华人民共和国环境保护法》", set()),
        ("《中华人民共和国环境保护法》；《排污许可管理条例》第二十五条", {("条例", "第二十五条")}),
        ("《环境保护法》第十条", set()),
        ("《中华人民共和国环境保护法》第一百条", set()),
        ("环办2015(88)号", {("实施方案", "")}),
        ("环办〔2015〕88号", {("实施方案", "")}),
        ("环办〔2015〕8号", set()),
        ("国务院令第736号", set()),  # which article, it does not say
        ("", set()),
    ],
)
def test_an_article_is_named_behind_its_law_and_a_document_by_its_number(specialities, words, found):
    named = {(row.law, row.article) for row in annex.named_in(words, LegalBasis.objects.all())}
    assert {
        (law, article)
        for law, article in named
        if any(law.endswith(end) and article == of for end, of in found)
    } == named
    assert len(named) == len(found)


def test_what_the_words_name_stands_from_the_beginning_and_what_replaces_it_from_now(clock, bare, organiser):
    [found] = annex.register(items=[bare], actor=organiser)
    assert since(bare) == [
        (f"{OLD}第十条", None),
        (f"{OLD}第二十四条", None),
        (NOTICE, None),
        (f"{NEW}第五十三条", clock()),
        (f"{NEW}第五十一条", clock()),
    ]
    entry = AuditEntry.objects.order_by("-index").first()
    assert (entry.action, entry.actor, entry.target) == ("登记清单原文写明的依据", organiser, str(bare))
    assert entry.changes == {"法律依据": ["", "、".join(found.cited)]}


def test_while_the_old_law_stands_nothing_replaces_it(clock, bare, organiser):
    LegalBasis.objects.filter(law__contains="环境保护法").update(in_force_until=None)
    annex.register(items=[bare], actor=organiser)
    assert [basis for basis, _ in since(bare)] == [f"{OLD}第十条", f"{OLD}第二十四条", NOTICE]


def test_an_item_for_which_somebody_chose_stays_as_it_is(bare, organiser):
    bare.bases.set(LegalBasis.objects.filter(article="第五十四条"))
    assert annex.register(items=[bare], actor=organiser) == []
    assert since(bare) == [(f"{NEW}第五十四条", None)]
    assert not AuditEntry.objects.filter(action="登记清单原文写明的依据").exists()


def test_an_empty_table_is_filled_first_and_one_that_is_kept_is_not(bare, organiser):
    LegalBasis.objects.update(replaced_by=None)
    LegalBasis.objects.all().delete()
    annex.register(items=[bare], actor=organiser)
    assert (LegalBasis.objects.count(), bare.citations.count()) == (43, 5)
    bare.bases.clear()
    LegalBasis.objects.update(replaced_by=None)
    LegalBasis.objects.exclude(article="第十条").delete()
    [found] = annex.register(items=[bare], actor=organiser)
    assert found.cited == [f"{OLD}第十条"]
    assert LegalBasis.objects.count() == 1


# --- the list of items in the admin -----------------------------------------------------------------------------


@pytest.fixture
def client(login, admin):
    return login(admin)


def send(client, *rows):
    sent = {"action": "register_named_law", "_selected_action": [row.pk for row in rows]}
    page = client.post(f"{LIST}?law=none", sent, follow=True)
    return [str(message) for message in page.context["messages"]]


def test_the_desk_leads_to_the_list_where_one_step_registers_it(clock, client, bare):
    desk = client.get("/desk/").content.decode()
    assert f'href="{LIST}?law=none"' in desk
    assert "用“登记清单原文写明的依据”一步登记" in desk
    assert (
        '<option value="register_named_law">登记清单原文写明的依据</option>'
        in client.get(f"{LIST}?law=none").content.decode()
    )


def test_the_step_says_what_it_registered_and_what_it_did_not_recognise(client, bare):
    other = InspectionItem.objects.create(subject="别的事项", target="企业", basis="《某某法》第一条")
    told = send(client, bare, other)
    assert told[0].startswith(f"“污染源日常环境监管”登记了{OLD}第十条、")
    assert told[1] == "“别的事项”的检查依据里没有认出登记过的条款：请打开这一项，自己选定。"
    assert (bare.citations.count(), other.citations.count()) == (5, 0)
    assert send(client, bare) == ["选中的事项都已经登记了法律依据，没有改动。"]


def test_who_may_only_look_has_no_such_step(login, organiser, bare):
    login(organiser).post(LIST, {"action": "register_named_law", "_selected_action": [bare.pk]})
    assert bare.citations.count() == 0
