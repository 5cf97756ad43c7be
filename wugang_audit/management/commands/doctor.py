"""Look at the whole site and say in plain Chinese how it is: ``manage.py doctor``; exit status 0, 1 with a fault, 2 with a warning."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wugang_audit.operations.conditions import Level
from wugang_audit.operations.doctor import examine

STATUS = {Level.GOOD: 0, Level.FAULT: 1, Level.WARNING: 2}


class Command(BaseCommand):
    help = "Look at settings, permissions, clock, mail, space, migrations, triggers, chains and backups; say what is wrong."
    # Django's own checks would end it before it has said anything, in English.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quick", action="store_true", help="leave out the chains, which take minutes")

    def handle(self, *, quick: bool, **options: Any) -> None:
        worst, faults = Level.GOOD, 0
        for finding in examine(with_proofs=not quick):
            worst = max(worst, finding.level)
            faults += finding.level > Level.GOOD
            self.stdout.write(f"[{finding.level.label}] {finding.title}：{finding.words}")
            if finding.fix and finding.level > Level.GOOD:
                self.stdout.write(f"       怎么办：{finding.fix}")
        self.stdout.write(f"结论：{f'有 {faults} 处要处理' if faults else '一切正常'}")
        if STATUS[worst]:
            raise SystemExit(STATUS[worst])
