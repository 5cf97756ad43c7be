"""Save the whole site as one file that checks itself: ``manage.py backup``, daily by a timer."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wugang_audit.operations.backups import making, sealed
from wugang_audit.operations.backups.problem import Problem


class Command(BaseCommand):
    help = "Save database, photos and keys as one file, while the site is in use; keep the newest, tell the digest."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, help="folder; default: BACKUP_DIR")
        parser.add_argument("--keep", type=int, help="how many stay; default: BACKUP_KEEP")
        parser.add_argument(
            "--recipient",
            action="append",
            metavar="age1…",
            help="who can open it; default: BACKUP_RECIPIENTS",
        )
        parser.add_argument(
            "--keys-in-clear", action="store_true", help="put the keys into a backup that is not encrypted"
        )
        parser.add_argument(
            "--new-key", type=Path, metavar="FILE", help="only make a pair of keys, the secret half into FILE"
        )

    def handle(self, *, new_key: Path | None, **options: Any) -> None:
        try:
            if new_key:
                self._make_keys(new_key)
            else:
                self._make(**options)
        except Problem as problem:
            raise CommandError(str(problem)) from None

    def _make_keys(self, path: Path) -> None:
        public = sealed.new_key(path)
        self.stdout.write(f"公开的一半（写进 .env）：\nBACKUP_RECIPIENTS={public}")
        self.stdout.write(
            f"秘密的一半在 {path}：请抄到 U 盘，和备份分开保管，再从这台机器上删除。没有它，备份谁也打不开。"
        )

    def _make(
        self, *, to: Path | None, keep: int | None, recipient: list[str] | None, keys_in_clear: bool, **_: Any
    ) -> None:
        if not to and not settings.BACKUP_DIR:
            raise CommandError("没有写备份放在哪里：请在 .env 里写 BACKUP_DIR，或者加 --to 目录。")
        if keep is not None and keep < 1:
            raise CommandError("--keep 至少是 1。")
        made = making.make(
            to or Path(settings.BACKUP_DIR),
            recipients=settings.BACKUP_RECIPIENTS if recipient is None else recipient,
            keep=keep or settings.BACKUP_KEEP,
            keys_in_clear=keys_in_clear,
        )
        self.stdout.write(f"已备份：{made.path}")
        self.stdout.write(f"{made.size:,} 字节，照片等证据文件 {made.files:,} 个，写完又读了一遍，没有差错。")
        self.stdout.write(f"SHA-256：{made.digest}")
        if not made.has_keys:
            self.stdout.write(
                "没有加密，里面没有密钥：请另外保管 SECRET_KEY（或 DATA_DIR/secret_key）和 handover_key.pem，"
                "或者用 --new-key 生成钥匙，写进 BACKUP_RECIPIENTS。"
            )
        for path in made.let_go:
            self.stdout.write(f"已删除旧的 {path.name}")
