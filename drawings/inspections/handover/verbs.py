"""Give the key of a hand-over file to the person whose phone wrote it, and to nobody else."""

import base64
import binascii
import hmac
import json
import logging
from typing import NamedTuple

from django.db import transaction

from wugang_audit.accounts.account_key import account_keys
from wugang_audit.accounts.models import User
from wugang_audit.audit import trail

from ...states import Refused
from . import keys

logger = logging.getLogger(__name__)
LONGEST_HEAD = 10_000  # characters
KEY = 32  # bytes


class Foreign(Refused):
    """The file is another account's. The words say no more than that."""


class Lost(Refused):
    """The server has no longer the key with which the file was wrapped."""


class Forged(Refused):
    """It is not shown that a device of the account wrote it."""


class Head(NamedTuple):
    account: str
    key_id: str
    wrapped: bytes


BROKEN = "文件的开头坏了或被改过，打不开。请把原来的文件重新传一次；还不行，请在原来的手机上再存一次。"


def read_head(text: str) -> Head:
    """Return what the server needs of the head of a file (JSON, see `field/handover_format.mjs`).

    :raises Refused: it is no head, or of another version.
    """
    try:
        head = json.loads(text[: LONGEST_HEAD + 1])
        version, account, key_id = str(head["format"]), str(head["account"]), str(head["key_id"])
        wrapped = base64.b64decode(head["wrapped"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise Refused(BROKEN) from None
    if version != keys.FORMAT:
        raise Refused("这个文件是别的版本的系统存的，这里打不开。请刷新页面再选；还不行，请告诉系统管理员。")
    return Head(account, key_id, wrapped)


@transaction.atomic
def open_file(*, actor: User, head: Head) -> bytes:
    """Return the key with which a browser of this person reads the file; each time stands in the trail.

    :raises Foreign: another account wrote the file.
    :raises Lost: the server's key is another one today, and the former one is not kept.
    :raises Forged: the account's token is not in it: somebody else made it, with the public key alone.
    :raises Refused: the head is broken.
    """
    if head.account not in account_keys(actor):
        raise Foreign(
            "打不开：这个文件不是用您的账号存的，只有存它的账号能打开。请用那个账号登录后再选；自己存的，请看是不是选错了文件。"
        )
    pair = keys.named(head.key_id)
    if pair is None:
        raise Lost(
            "打不开：系统的移交密钥换过，服务器上没有这个文件用的那一把。请不要删这个文件，请系统管理员从备份里恢复密钥文件后再试。"
        )
    try:
        content = pair.unwrap(head.wrapped, head.account)
    except ValueError:
        raise Refused(BROKEN) from None
    key, token = content[:KEY], content[KEY:]
    if not hmac.compare_digest(token, pair.token(head.account)):
        logger.warning(
            "a hand-over file for account %s that no device of it wrote was not opened", head.account
        )
        raise Forged(
            "没有打开：这个文件不能证明是您自己的手机存的，可能是别人做的，什么都没有放进来。自己存的，请在原来的手机上有信号时打开“我的任务”，再存一次；不是自己存的，请告诉系统管理员。"
        )
    trail.record(actor, "打开移交文件", actor)
    return key
