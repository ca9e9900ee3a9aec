"""A browser as people call it, roughly, from what it says of itself."""

BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("QQBrowser", "QQ浏览器"), ("360SE", "360浏览器"),
    ("360EE", "360浏览器"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("OPR", "Opera"), ("Chrome", "Chrome"),
    ("Chromium", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "安卓"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("UOS", "统信"), ("Linux", "Linux"),
)  # fmt: skip


def called(agent: str) -> str:
    """The first name that fits; what nobody knows is no more than another program."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "其他程序")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser}（{system}）" if system else browser
