"""The words that the public pages use and a visitor may not know, each explained once; pages link to them by their anchor."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@dataclass(frozen=True)
class Term:
    anchor: str  # of /glossary/, in ASCII, so that an address can be typed
    word: str
    meaning: str


TERMS = (
    Term(
        "random",
        "双随机、一公开",
        "检查谁，随机抽；谁去检查，也随机派。抽查的事项、过程和结果都公开。依据国办发〔2015〕58号。",
    ),
    Term("draw", "抽签", "每季度一次，用事先点名、谁也定不了的号码，算出抽中的单位和去检查的人。"),
    Term("hat", "在名单里（在签里）", "冻结名单时在库的单位。停产、豁免和到了全年检查上限的不参加抽签，别的都可能抽中。"),
    Term("odds", "抽中的机会", "这一类要抽几家，除以这一类里同样排位的有几家。例如 40 家里抽 10 家，就是 25%。"),
    Term("freeze", "冻结名单", "号码产生以前，把名单、人员和规则写成文件，从此不能改。"),
    Term("fingerprint", "指纹", "由一个文件算出的 64 位字符。文件改动一个字，指纹就完全不同，所以改过没有一看便知。"),
    Term("commitment", "承诺值", "全部冻结文件合起来的指纹，号码产生以前就公布。以后的文件对得上它，才是原来的文件。"),
    Term("numbers", "号码（随机数）", "来自外面的数字：当众掷的骰子、事先点名的那一期彩票。"),
    Term("salt", "盐", "计算时要用的一串随机字符。密封的抽签，解封以前不公开盐，别人就算不出结果。"),
    Term(
        "former",
        "曾用名和抽签时名称",
        "单位改过名的，网页用现在的名称，从前的叫曾用名。抽签的名单和文件用冻结名单那一天的名称，叫抽签时名称，以后改名也不改。",
    ),
    Term("ticket", "签值和名次", "每家单位由号码算出的一串字符叫签值。每一类里签值最小的若干家抽中，从小到大就是名次。"),
    Term("sealed", "密封和解封", "为了不走漏消息，有的抽签先不公布抽中了谁：查完一家公开一家，到期全部公开，叫解封。"),
    Term("substitute", "替补", "抽中的单位查不了，或者派的人去不了，由号码算出谁顶上，不由人挑：是这次抽签原来的号码还是后来的号码，看年度计划怎样定。谁换成谁都公开；人员为什么不能去，只公开是依法回避还是因故不能参加。"),
    Term("recusal", "回避", "执法人员和单位有利害关系，可能影响公正的，不去查这家单位。抽签以前登记的，不会派他去；抽签以后才发现的，由号码算出谁替补。单位也可以当场要求回避。"),
    Term("void", "作废", "一次抽签因为写明的原因不算数。一人申请，另一人确认；作废的抽签连同原因永远公开。"),
    Term("demo", "演示（演练）", "标有“演示”的抽签，号码是本站计算机自己产生的，只供练习，不能作为正式检查的依据。页面顶上写着“演示系统”的，整个网站的单位、人员和结果都是虚构的。"),
    Term("dice", "仅骰子", "这次抽签的号码全是当众掷的骰子，没有彩票号码。掷得真不真，要靠在场的见证人。"),
    Term("cross", "跨专业", "熟悉这个行业、又不用回避的执法人员不够两名，由别的专业的人补足。"),
    Term("again", "本年已抽过", "今年已经抽中过的单位。计划写明没抽过的优先时，要等没抽过的都抽完才轮到；没有这样写的，机会和别家一样。"),
    Term("capped", "全年检查上限", "一家单位一年最多抽中几次，由年度计划规定；到了次数，当年不再抽。"),
    Term("exempt", "豁免", "依法不参加双随机抽查的单位，例如已经列入别的联合抽查。"),
    Term("key", "重点排污单位", "排污量大或者环境风险高，列入市里每年公布的重点名录的单位。"),
    Term("special", "特殊监管对象", "一段时间里要多加留意的单位，例如投诉多。列入不等于违法。"),
    Term("general", "一般排污单位", "名单里其他所有的单位。"),
    Term("permit", "排污许可证", "写明一家单位可以从哪些排放口、排什么、最多排多少的证件。分重点管理和简化管理，排得很少的只登记。"),
    Term("outlet", "排放口", "废水或者废气排出去的地方，许可证上每个都有编号。"),
    Term("limit", "许可限值", "许可证写明的最高数值。现场读数超过它，记为不符合。"),
    Term("reading", "现场读数", "检查当天从仪表或者自动监测设备上看到的数值，不是取样化验的结果。"),
    Term("measure", "处理措施", "检查以后对单位采取的措施：现场督促整改、责令改正、立案、移送。"),
    Term("urged", "现场督促整改", "问题轻微、当场能改的，检查人员督促单位马上改。"),
    Term("ordered", "责令改正", "发出书面决定，要求单位在写明的期限以前改好。它不是处罚。"),
    Term("case", "立案", "认为可能违法，正式开始调查。立案不等于已经认定违法；是否处罚，另有决定。"),
    Term("transfer", "移送", "不归本局管或者可能犯罪的，把材料交给管的部门，例如公安机关。"),
    Term("closed", "停产未查、查无下落、不配合检查", "检查组去了，没有查成：单位停产，找不到单位，或者单位不让查。这些不算查过，也不算没有问题。"),
    Term("correction", "更正", "公开以后发现写错了：原文不改，另写一段更正放在旁边。"),
    Term("redaction", "依法隐去", "公开以后发现法律不许公开的内容（例如个人信息）：遮住文字，写明日期和理由，指纹留在日志里。"),
    Term("objection", "异议和纠错", "被检查单位认为结果不对，提异议；任何人发现写错了，提纠错。由没有参加检查的人答复。"),
    Term("log", "公开日志", "每一步写一行，一行扣一行，从前的写法改不了。任何人可以下载存底。"),
    Term("workday", "工作日", "按国务院公布的放假和调休安排计算的上班的日子。"),
    Term("postponed", "延期", "抽中的单位没有赶在检查期限以前查，经批准改定一个日子。改到哪一天公开，为什么延期不公开。"),
    Term("plate", "亮证、扫码", "检查人员先出示执法证件；单位扫一下检查组带来的二维码，就能看到这次检查是真的、来的该是谁。"),
)  # fmt: skip

_ANCHORS = frozenset(term.anchor for term in TERMS)


@register.simple_tag
def term(anchor: str, words: str) -> SafeString:
    """Link the words of a page, where they first stand there, to what they mean: ``{% term "salt" "盐" %}``.

    :raises TemplateSyntaxError: the glossary has no such anchor.
    """
    if anchor not in _ANCHORS:
        raise template.TemplateSyntaxError(f"the glossary has no {anchor!r}")
    return _linked(anchor, words, get_script_prefix(), get_urlconf())


@lru_cache(maxsize=500)
def _linked(anchor: str, words: str, _prefix: str, _urlconf: Any) -> SafeString:
    return format_html('<a class="term" href="{}#{}">{}</a>', reverse("disclosure:glossary"), anchor, words)
