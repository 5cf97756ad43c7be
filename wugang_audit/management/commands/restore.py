"""Make an empty site what a backup holds, and prove it: ``manage.py restore FILE --key KEYFILE``."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from wugang_audit.audit import append_only
from wugang_audit.operations.backups import restoring
from wugang_audit.operations.backups.problem import Problem
from wugang_audit.operations.conditions import Level
from wugang_audit.operations.doctor import proofs


class Command(BaseCommand):
    help = (
        "Bring a backup into an empty site, update its tables, and recompute all that is chained or digested."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the backup")
        parser.add_argument("--key", type=Path, help="the file with the secret half, AGE-SECRET-KEY-1…")
        parser.add_argument(
            "--other-county", action="store_true", help="take the backup of another county's site"
        )

    def handle(self, *, file: Path, key: Path | None, other_county: bool, **options: Any) -> None:
        try:
            found = restoring.restore(file, keys=key, other_county=other_county)
        except Problem as problem:
            raise CommandError(str(problem)) from None
        site = found.site
        self.stdout.write(f"备份：{site['bureau']}，{site['made_at']}，版本 {site['version']}")
        self.stdout.write(f"已恢复数据库、{found.evidence:,} 个证据文件、{len(found.keys)} 个密钥文件。")
        self._say_of_keys(found)
        call_command("migrate", verbosity=0)
        if lost := append_only.missing():
            append_only.install_all(connection)
            self.stdout.write(f"已重新安装 {len(lost)} 处触发器。")
        self._prove()

    def _say_of_keys(self, found: restoring.Unpacked) -> None:
        names = [path.name for path in found.keys]
        if "secret_key" not in names:
            self.stdout.write(
                "备份里没有密钥：请把另外保管的 secret_key、handover_key.pem 放回 DATA_DIR，再启动。"
            )
        elif os.environ.get("SECRET_KEY", "") not in ("", found.secret_key):
            self.stdout.write(
                ".env 里的 SECRET_KEY 和备份里的不同：请删去那一行再启动（备份里的已放在 DATA_DIR/secret_key），"
                "否则各人的验证器都要重新设置。"
            )
        if "env" in names:
            self.stdout.write("原来的 .env 放在 DATA_DIR/env.restored，请对照着改本机的 .env。")

    def _prove(self) -> None:
        found = list(proofs())
        for finding in found:
            self.stdout.write(f"[{finding.level.label}] {finding.title}：{finding.words}")
        if any(finding.level > Level.GOOD for finding in found):
            raise CommandError("数据已恢复，但是复算有不符：请先查清再开放（manage.py doctor）。")
        self.stdout.write("结论：已恢复，各条链和每个文件都复算过，全部相符。可以启动了。")
