"""A small good text of each file, and how a test says that a parser refuses another: for the tests of the forms."""

import pytest
from protocol_cases import SALT

from drawings.protocol import verify
from drawings.protocol.verify import Invalid

HEX = "0123456789abcdef" * 4
NONCE = "0123456789abcdef" * 2
POOL = f"pool/2 2026Q4\nu1\tkey\ts0\tin\ta1,a2\t{HEX}\nu2\tkey\ts0\tstopped\t-\t{HEX}\n"
OFFICERS = f"officers/2 2026Q4\na1\tbureau\ts0,s1\t0\t{HEX}\na2\tfire\t-\t12\t{HEX}\n"
REGISTERS = f"registers/2 2026Q4\ncity\tk1\tu1\t-\t{HEX}\ncity\tk2\t-\tclosed\t{HEX}\n"
NAMES = f"names/2 2026Q4\nentry\tcity/k1\t{NONCE}\t条目\nofficer\ta1\t{NONCE}\t甲\nunit\tu1\t{NONCE}\t一厂\n"
SALT_TEXT = f"salt/2 2026Q4 {SALT}\n"
COMMIT = f"""draw-commit/2
bureau 平顶山市生态环境局舞钢分局
draw 2026Q4
previous {HEX}
salt {HEX}
pool {HEX} 2
officers {HEX} 2
registers {HEX} 2
register city 2 1 2026-10-01 全市重点单位 名录
register permits 0 0 2026-10-02 许可证平台
program - {HEX}
stratum key 25/100 40 10
stratum general officers*4/1 227 57
team bureau 2 cross
team fire 1 match
substitutes fresh fc3d
entropy dice10 39 2026-10-08T15:30:00+08:00
entropy ssq 2026112 2026-10-08T21:15:00+08:00
disclosure open
"""
DICE_LINE = "entropy dice10 39 2026-10-08T15:30:00+08:00"
SSQ_LINE = "entropy ssq 2026112 2026-10-08T21:15:00+08:00"
ROUND = f"{verify.DRAND}/32981955 2026-10-12T04:07:09+08:00"  # the round's own time
RESULT = f"result/2 2026Q4\nkey\t1\tu1\t{HEX}\ta1,a2\t-\nkey\t2\tu2\t{HEX}\ta1,a2,a3\tcross\n"
SUBSTITUTES = (
    "substitutes/2 2026Q4\n"
    "1\t2026-10-08T22:00:00+08:00\tofficer\ta1\till\tu1,u2\ta2,a3\tfc3d 2026261 2026-10-09T21:15:00+08:00\t1 2 3\tu1:a4 u2:-\n"
    "2\t2026-10-08T23:00:00+08:00\tunit\tu1\tclosed\t-\t-\tfc3d 2026261 2026-10-09T21:15:00+08:00\t1 2 3\tu3:a1,-\n"
)


def refused(parse, text: str, message: str) -> None:
    with pytest.raises(Invalid) as error:
        parse(text)
    assert message in str(error.value), str(error.value)
