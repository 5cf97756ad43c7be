"""The sentences of the State Council's notices for 2019 to 2026, as published, and a reader of them for the tests.

The reader shares nothing with the site: what it finds in the words is held against the table and the arithmetic.
"""

import datetime
import re

# document number -> (year, day of issue, the sentences)
NOTICES = {
    "国办发明电〔2018〕15号": (2019, "2018-12-04", """
一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。
二、春节：2月4日至10日放假调休，共7天。2月2日（星期六）、2月3日（星期日）上班。
三、清明节：4月5日放假，与周末连休。
四、劳动节：5月1日放假。
五、端午节：6月7日放假，与周末连休。
六、中秋节：9月13日放假，与周末连休。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
"""),
    "国办发明电〔2019〕3号": (2019, "2019-03-22", """
一、2019年5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。
"""),
    "国办发明电〔2019〕16号": (2020, "2019-11-21", """
一、元旦：2020年1月1日放假，共1天。
二、春节：1月24日至30日放假调休，共7天。1月19日（星期日）、2月1日（星期六）上班。
三、清明节：4月4日至6日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月26日（星期日）、5月9日（星期六）上班。
五、端午节：6月25日至27日放假调休，共3天。6月28日（星期日）上班。
六、国庆节、中秋节：10月1日至8日放假调休，共8天。9月27日（星期日）、10月10日（星期六）上班。
"""),
    "国办发明电〔2020〕1号": (2020, "2020-01-26", """
一、延长2020年春节假期至2月2日（农历正月初九，星期日），2月3日（星期一）起正常上班。
"""),
    "国办发明电〔2020〕27号": (2021, "2020-11-25", """
一、元旦：2021年1月1日至3日放假，共3天。
二、春节：2月11日至17日放假调休，共7天。2月7日（星期日）、2月20日（星期六）上班。
三、清明节：4月3日至5日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月25日（星期日）、5月8日（星期六）上班。
五、端午节：6月12日至14日放假，共3天。
六、中秋节：9月19日至21日放假调休，共3天。9月18日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月26日（星期日）、10月9日（星期六）上班。
"""),
    "国办发明电〔2021〕11号": (2022, "2021-10-25", """
一、元旦：2022年1月1日至3日放假，共3天。
二、春节：1月31日至2月6日放假调休，共7天。1月29日（星期六）、1月30日（星期日）上班。
三、清明节：4月3日至5日放假调休，共3天。4月2日（星期六）上班。
四、劳动节：4月30日至5月4日放假调休，共5天。4月24日（星期日）、5月7日（星期六）上班。
五、端午节：6月3日至5日放假，共3天。
六、中秋节：9月10日至12日放假，共3天。
七、国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。
"""),
    "国办发明电〔2022〕16号": (2023, "2022-12-08", """
一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。
"""),
    "国办发明电〔2023〕7号": (2024, "2023-10-25", """
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
"""),
    "国办发明电〔2024〕12号": (2025, "2024-11-12", """
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
"""),
    "国办发明电〔2025〕7号": (2026, "2025-11-04", """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""),
}  # fmt: skip

# It names the new end of the holiday alone: 31 January to 2 February are free, and that Saturday, which was to be worked.
EXTENSION = "国办发明电〔2020〕1号"
_DAY = re.compile(r"(?:([0-9]{4})年)?(?:([0-9]{1,2})月)?([0-9]{1,2})日(?:（([^）]*)）)?")
WEEKDAYS = "一二三四五六日"


def days_in(words: str, year: int) -> list[datetime.date]:
    """Return the days that a text names, in order; a day without month is of the month before it."""
    found, month = [], 0
    for in_year, in_month, day, aside in _DAY.findall(words):
        month = int(in_month or month)
        found.append(datetime.date(int(in_year or year), month, int(day)))
        if "周" in aside or "星期" in aside:
            assert aside[-1] == WEEKDAYS[found[-1].weekday()], (words, aside)
    return found


def read(number: str) -> dict[datetime.date, bool]:
    """Return what a notice says: day -> whether it is worked."""
    year, _, text = NOTICES[number]
    if number == EXTENSION:
        (until, _) = days_in(text.replace("延长2020年", ""), year)
        return {datetime.date(2020, 1, 31): False, datetime.date(2020, 2, 1): False, until: False}
    found = {}
    for sentence in re.split(r"[。\n]", text):
        if sentence.endswith("上班"):
            found |= dict.fromkeys(days_in(sentence, year), True)
        elif "放假" in sentence:
            first, *rest = days_in(sentence.split("放假")[0], year)
            last = rest[0] if rest else first
            span = [first + datetime.timedelta(n) for n in range((last - first).days + 1)]
            told = re.search("共([0-9])天", sentence)
            assert told is None or int(told[1]) == len(span), sentence
            found |= dict.fromkeys(span, False)
    return found


def announced() -> dict[datetime.date, bool]:
    """Return what all notices together say: a later one on the same day counts."""
    found = {}
    for number in sorted(NOTICES, key=lambda number: NOTICES[number][1]):
        found |= read(number)
    return found
