"""Personal data in free text: what must not be published is found before it is (个人信息保护法 4, 25).

Found are mobile and landline numbers, identity numbers (GB 11643), bank cards (ISO/IEC 7812, Luhn), vehicle plates
(GA 36-2018), e-mail addresses, and the house number of a home. What offices write every day is left alone: credit codes
(GB 32100) and permit numbers, standards, hotlines, document and sample numbers, dates, readings, a factory's own road number.
A number whose label says what it is (编号, 单号, 读数, 执法证号) is taken at its word, except an identity number, and unless the
label itself says whose it is (手机编号).

A text is read as a person reads it: full-width digits as digits, and without what nobody sees. All patterns are bounded: the
time grows with the length of the text and with nothing else.
"""

from .empty_reasons import says_nothing
from .finder import Found, find, masked
from .patterns import Kind
from .repeats import folded, joined, pieces, repeated

__all__ = ["Found", "Kind", "find", "folded", "joined", "masked", "pieces", "repeated", "says_nothing"]
