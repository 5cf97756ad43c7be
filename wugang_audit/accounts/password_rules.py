"""Two rules for new passwords besides Django's own: not easy to guess here, and not one of the last five."""

import re
from functools import cache
from pathlib import Path

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils import timezone

from .login_models import PastPassword
from .models import User

LAST = 5  # the present one is one of them
ENOUGH = 4  # letters that are left of a password without everything that others would think of
_FILE = Path(__file__).with_name("common_words.txt")


@cache
def _common() -> re.Pattern[str]:
    """What is struck out, the longest first: words of the file, runs of one letter, digits, and all between letters."""
    lines = (line.strip() for line in _FILE.read_text(encoding="utf-8").splitlines())
    words = {line for line in lines if line and not line.startswith("#")}
    listed = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return re.compile(rf"{listed}|(\w)\1\1+|[\d_]+|\W+")


class EasyToGuess:
    """Refuse names of the place and the bureau, pinyin, keyboard walks and years, however they are put together."""

    MESSAGE = "这个密码由地名、单位名、常见拼音、键盘顺序或数字拼成，容易被猜中。请换成几个互不相干的词，例如一句只有您知道的话。"

    def validate(self, password: str, user: User | None = None) -> None:
        left = password.lower()
        for own in (user.username, user.full_name) if user else ():
            left = left.replace(own.lower(), " ") if len(own) > 1 else left
        left = _common().sub("", left)
        if len(set(left)) < ENOUGH:
            raise ValidationError(self.MESSAGE, code="password_easy_to_guess")

    def get_help_text(self) -> str:
        return "不要用地名、单位名、姓名拼音、键盘顺序加年份；几个互不相干的词最好记，也最难猜。"


class LongEnough(MinimumLengthValidator):
    """Django's own rule, in the site's words: its Chinese catalogue lacks this message."""

    def get_error_message(self) -> str:
        return f"密码太短，至少要 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        return f"至少 {self.min_length} 个字符。"


class NotOneOfTheLast:
    """Refuse the present password and those before it; Django calls `password_changed` whenever one is saved."""

    MESSAGE = f"不能用最近 {LAST} 个用过的密码，请换一个新的。"

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        past = user.past_passwords.values_list("password", flat=True)[:LAST]
        if any(check_password(password, each) for each in {user.password, *past}):
            raise ValidationError(self.MESSAGE, code="password_used_before")

    def password_changed(self, password: str, user: User | None = None) -> None:
        if user is None or not user.has_usable_password():
            return
        # Whoever hands out a first password asks for another in the same breath; its owner's own one asks for none.
        PastPassword.objects.create(
            user=user, password=user.password, set_at=timezone.now(), is_first=user.must_change_password
        )
        kept = user.past_passwords.values_list("pk", flat=True)[:LAST]
        user.past_passwords.exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        return f"不能是最近 {LAST} 个用过的密码。"
