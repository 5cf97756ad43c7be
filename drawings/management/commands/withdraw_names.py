"""Take names out of the public files after their time: ``manage.py withdraw_names officer --before 2021-01-01 --reason ...``.

By kind and age, or those of one person or unit (``--id``). It cannot be undone: without ``--yes`` it only counts.
"""

from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from drawings.amendments import withdrawals
from drawings.models import Withdrawal
from drawings.states import Refused


class Command(BaseCommand):
    help = "Withdraw names from the public files of draws that have ended; the proof stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=Withdrawal.Kind.values, help="whose names")
        parser.add_argument("--before", type=date.fromisoformat, help="only draws frozen before this day")
        parser.add_argument(
            "--id", action="append", dest="idents", help="only this certificate or registry number"
        )
        parser.add_argument("--draw", help="only this draw")
        parser.add_argument("--reason", required=True, help="it becomes public")
        parser.add_argument("--yes", action="store_true", help="do it; without it the names are only counted")

    def handle(
        self,
        *,
        kind: str,
        before: date | None,
        idents: list[str] | None,
        draw: str | None,
        reason: str,
        yes: bool,
        **options: Any,
    ) -> None:
        if not (before or idents or draw):
            raise CommandError("请用 --before、--id 或 --draw 说明撤下哪些：不能一次撤下全部抽签的名称。")
        day = timezone.make_aware(datetime.combine(before, time.min)) if before else None
        draws = withdrawals.old_draws(day)
        found = list(withdrawals.find(draws.filter(code=draw) if draw else draws, kind, idents))
        label = Withdrawal.Kind(kind).label
        if not found:
            self.stdout.write(f"没有可以撤下的{label}。")
        for each in found:
            if yes:
                self._withdraw(each, kind, idents, reason)
            self.stdout.write(f"{each.draw.code}：{'已撤下' if yes else '将撤下'}{label} {each.count} 个")
        if found and not yes:
            self.stdout.write("撤下以后不能恢复。确定要撤下，请在命令后面加上 --yes 再运行一次。")

    def _withdraw(self, found: withdrawals.Found, kind: str, idents: list[str] | None, reason: str) -> None:
        try:
            withdrawals.withdraw(draw=found.draw, kind=kind, idents=idents, reason=reason, actor=None)
        except Refused as refusal:
            raise CommandError(f"{found.draw.code}：{refusal}") from None
