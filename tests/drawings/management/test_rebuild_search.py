"""The command that makes the index of the public search anew."""

import pytest
from django.core.management import call_command
from django.db import connection

from drawings.models import SearchText, search_index
from sources.models import PollutionSource

pytestmark = pytest.mark.django_db


def test_what_was_written_without_triggers_is_found_again(capsys):
    PollutionSource.objects.create(number="R-1", name="先登记的铸造厂")
    assert search_index.missing(connection) == []
    search_index.remove(connection)
    gone = PollutionSource.objects.get()
    PollutionSource.objects.create(number="R-2", name="后登记的铸造厂")
    gone.delete()
    assert search_index.missing(connection) != []
    call_command("rebuild_search")
    assert "重新安装" in (said := capsys.readouterr().out) and "2 条" in said
    assert search_index.missing(connection) == []
    keys = [key for some in SearchText.objects.holding("铸造") for key in some]
    assert [SearchText.objects.get(pk=key).number for key in keys] == ["R-2"]
