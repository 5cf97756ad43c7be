"""Until when papers are taken in: witnesses until the publication, deposits as long as the draw counts."""

import pytest

from drawings.ceremony.papers import verbs as papers
from drawings.models import Deposit
from drawings.states import Refused


def test_witnesses_are_named_until_the_publication_and_no_longer(drawn_draw, organiser, request):
    papers.name_witnesses(draw=drawn_draw, witnesses="周见证，市民", actor=organiser)
    draw = request.getfixturevalue("published_draw")
    with pytest.raises(Refused, match="不能再做这一步"):
        papers.name_witnesses(draw=draw, witnesses="另一人", actor=organiser)
    draw.refresh_from_db()
    assert draw.witnesses == "周见证，市民"


def test_a_deposit_is_registered_after_the_publication_too_but_not_of_a_void_draw(
    published_draw, organiser, void
):
    papers.deposit(draw=published_draw, kind="email", where="市局督察室", file=None, actor=organiser)
    void(published_draw)
    with pytest.raises(Refused, match="不能再做这一步"):
        papers.deposit(draw=published_draw, kind="email", where="别处", file=None, actor=organiser)
    assert Deposit.objects.count() == 1
