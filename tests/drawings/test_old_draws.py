"""A database that holds draws of the protocol before is left as it is: `migrate` says what to do instead."""

import pytest
from django.core.management import CommandError
from django.db import connection

from drawings.apps import refuse_draws_of_draw1


@pytest.fixture
def of_draw1(published_draw, sql):
    """The table of draws as it was: each draw had its salt in a column."""
    connection.check_constraints()
    sql("ALTER TABLE drawings_draw ADD COLUMN salt varchar(32) NOT NULL DEFAULT ''")
    return published_draw


def test_a_database_with_frozen_draws_of_draw1_is_refused_with_the_advice_to_start_anew(of_draw1, sql):
    sql("UPDATE drawings_draw SET salt = %s", "ab" * 16)
    with pytest.raises(CommandError, match="draw/1 冻结的抽签（2026Q4）.*另设一个空的 DATA_DIR"):
        refuse_draws_of_draw1(using="default")


def test_one_with_drafts_alone_is_refused_too_for_its_tables_are_others(of_draw1):
    with pytest.raises(CommandError, match="是按旧协议 draw/1 建的，.*另设一个空的 DATA_DIR"):
        refuse_draws_of_draw1(using="default")


def test_one_without_any_draw_is_refused_too(db, sql):
    sql("ALTER TABLE drawings_draw ADD COLUMN salt varchar(32) NOT NULL DEFAULT ''")
    with pytest.raises(CommandError, match="是按旧协议 draw/1 建的"):
        refuse_draws_of_draw1(using="default")


def test_one_of_this_protocol_is_migrated(published_draw):
    assert refuse_draws_of_draw1(using="default") is None


def test_the_check_runs_before_every_migration():
    from django.db.models.signals import pre_migrate

    assert refuse_draws_of_draw1 in [ref() for (_, ref, *_) in pre_migrate.receivers]
