"""How a law, its article and its number are written, so that one article is one row however it was typed."""

import re
import unicodedata

_DIGITS, _UNITS = "零一二三四五六七八九", ("", "十", "百", "千")
_NUMBERED = re.compile(
    r"(?<!\d)第?(?P<open>[（(]?)(?<!\d)(?P<number>\d{1,4})(?P<close>[）)]?)(?P<unit>[编章节条款项目])"
)
_YEAR = re.compile(r"[〔\[［【(（](\d{4})[〕\]］】)）]")
_BARE = re.compile(r"第?(\d{1,4})条?|([一二三四五六七八九十百千零]+)条")
_N = "(?!零)[一二三四五六七八九十百千零]+"
_ITEM = rf"(?:（{_N}）|{_N})"
# An article down to its 目 (立法法 2023, 第六十五条), or a part of a document as papers number it: 三（四）, 附件1.
_ARTICLE = re.compile(
    rf"(?:第{_N}(?:编|分编|章|节))*第{_N}条(?:之{_N})?(?:第{_N}款)?(?:第{_ITEM}项)?(?:第{_N}目)?"
    rf"|(?:第{_N}(?:编|分编|章|节|部分|款|项|点))+|{_N}（{_N}）(?:[1-9][0-9]?)?|附[件表录](?:[1-9][0-9]?|{_N})?"
)
REPUBLIC = "中华人民共和国"
# How many articles a law has, where it is known: 《生态环境法典》 ends with 第一千二百四十二条, which repeals what it replaces.
ARTICLES = {"生态环境法典": 1242}
# Between Chinese characters a space means nothing; in “HJ 944 规范” it parts two words.
_IDLE_SPACE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


def numeral(number: int) -> str:
    """Write a number from 1 to 9999 as the law does: 51 五十一, 15 十五, 101 一百零一, 1010 一千零一十."""
    digits = [int(digit) for digit in str(number)]
    said, gap = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if not digit:
            gap = True
            continue
        said += ("零" if gap else "") + _DIGITS[digit] + _UNITS[place]
        gap = False
    return said[1:] if said.startswith("一十") else said


def title(text: str) -> str:
    """Write the name of a law without book marks around it; marks within it become 〈〉, as in 《〈某法〉实施细则》."""
    text = _IDLE_SPACE.sub("", " ".join(text.split()))
    while _is_wrapped(text):
        text = text[1:-1].strip()
    if text.count("《") != text.count("》"):
        text = text.strip("《》")
    return text.replace("《", "〈").replace("》", "〉")


def article(text: str) -> str:
    """Write an article without spaces and with Chinese numerals: ``第 51 条第2款`` is 第五十一条第二款, and so is 51 第五十一条."""
    text = _half_width_digits("".join(text.split()).replace("〇", "零"))
    if bare := _BARE.fullmatch(text):
        text = f"第{bare[1] or bare[2]}条"
    return _NUMBERED.sub(_in_chinese, text)


def names_article(text: str) -> bool:
    """Say whether a text, written as `article` does, names an article of a law or a part of a document."""
    return _ARTICLE.fullmatch(text) is not None


def beyond(law: str, article: str) -> int:
    """Return how many articles a law has, where an article, written as `article` does, is none of them; else 0."""
    last = ARTICLES.get(law.removeprefix(REPUBLIC), 0)
    named = re.search(rf"第({_N})条", article)
    return last if last and named and value(named[1]) > last else 0


def value(numeral: str) -> int:
    """Return the number that `numeral` writes: 一千零一十 is 1010."""
    total, digit = 0, 0
    for sign in numeral:
        if sign in _DIGITS:
            digit = _DIGITS.index(sign)
        else:
            total += (digit or 1) * 10 ** _UNITS.index(sign)
            digit = 0
    return total + digit


def same_law(one: str, other: str) -> bool:
    """Say whether two names are those of one law: in full and without the name of the state."""
    return one.removeprefix(REPUBLIC) == other.removeprefix(REPUBLIC)


def document_number(text: str) -> str:
    """Write the year of a document number in its own brackets: ``环办[2015]88号`` is 环办〔2015〕88号."""
    return _YEAR.sub(r"〔\1〕", _half_width_digits("".join(text.split())))


def _is_wrapped(text: str) -> bool:
    """Say whether the first book mark is closed by the last character."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "《") - (character == "》")
        if not depth:
            return bool(place) and place == len(text) - 1
    return False


def _half_width_digits(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", each) if each.isdecimal() else each for each in text)


def _in_chinese(found: re.Match[str]) -> str:
    number = int(found["number"])
    if not number:
        return found[0]
    brackets = ("（", "）") if found["open"] and found["close"] else ("", "")
    return f"第{brackets[0]}{numeral(number)}{brackets[1]}{found['unit']}"
