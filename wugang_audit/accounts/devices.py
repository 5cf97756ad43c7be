"""What a browser calls itself, in words that its owner knows. For recognising one's own device, no proof of anything."""

# The first that fits: many name each other for compatibility.
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge 浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("QihooBrowser", "360 浏览器"),
    ("360SE", "360 浏览器"),
    ("360EE", "360 浏览器"),
    ("MetaSr", "搜狗浏览器"),
    ("Firefox", "火狐浏览器"),
    ("FxiOS", "火狐浏览器"),
    ("OPR/", "Opera 浏览器"),
    ("Chrome", "Chrome 浏览器"),
    ("CriOS", "Chrome 浏览器"),
    ("Safari", "Safari 浏览器"),
    ("Trident", "IE 浏览器"),
)
_MACHINES = (
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("HarmonyOS", "鸿蒙手机"),
    ("OpenHarmony", "鸿蒙手机"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)


def device_name(user_agent: str) -> str:
    """Return for example ``安卓手机，微信``; ``其他设备`` for what is not known."""
    words = [
        next((name for mark, name in table if mark in user_agent), None) for table in (_MACHINES, _BROWSERS)
    ]
    return "，".join(word for word in words if word) or "其他设备"
