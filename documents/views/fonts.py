"""The administrator's page on fonts: what stands in for what, and whether a text can be printed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.downloads import download
from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Permission
from documents.rendering import coverage, official
from documents.rendering.specimen import specimen
from paper import PaperError
from registers.access import standing
from registers.models import Unit

LONGEST = 20_000
SHOWN = 200
EXAMPLE = "LIANZHENG_FONTS=title=/…/小标宋.ttf,fangsong=/…/仿宋.ttf,hei=/…/黑体.ttf,kai=/…/楷体.ttf,body=/…/宋体.ttf"
ABOUT = (
    "随程序附带的字体是 Fandol（采用带字体例外条款的 GPL），由启动命令从系统的软件源取得，逐一核对摘要；"
    "取不到时由系统自带的 Noto 字体代替，并在上表的来源中写明。"
)


def _bureau(user: User) -> Unit:
    """The bureau whose system administrator he is. Raises NotAllowed."""
    grants = standing(user).grants_with(Permission.KEEP_ACCOUNTS)
    if not grants:
        raise NotAllowed("字体只由系统管理员查看。")
    return grants[0].unit.bureau


@require_http_methods(["GET", "HEAD", "POST"])
def fonts(request: HttpRequest) -> HttpResponse:
    """Which fonts are used; with a text, which of its characters nobody has and which are lent."""
    _bureau(request.user)
    text = request.POST.get("text", "")
    context = {
        "text": text,
        "longest": LONGEST,
        "listed": settings.FONTS,
        "uses": coverage.USES,
        "example": EXAMPLE,
        "about": ABOUT,
        "wider": "GBK 汉字",
    }
    try:
        context["rows"] = coverage.in_use()
        context["stand_ins"] = [row for row in context["rows"] if coverage.stands_in(row)]
        if request.method == "POST":
            context |= _checked(text)
    except PaperError as error:
        context["error"] = str(error)
    return render(request, "documents/fonts.html", context)


def _checked(text: str) -> dict:
    if len(text) > LONGEST:
        return {"refused": f"一次最多检查 {LONGEST} 字，这里有 {len(text)} 字，请分几次检查。"}
    if not text.strip():
        return {"refused": "请先粘贴要检查的文字。"}
    missing, lent = coverage.without_glyph(text), coverage.lent(text)
    return {
        "checked": True,
        "missing": missing[:SHOWN],
        "missing_more": max(0, len(missing) - SHOWN),
        "lent": lent[:SHOWN],
        "lent_more": max(0, len(lent) - SHOWN),
    }


@require_safe
def fonts_specimen(request: HttpRequest) -> HttpResponse:
    """A printed page with every face on it."""
    bureau = _bureau(request.user)
    try:
        body = official.render(specimen(bureau.name))
    except PaperError as error:
        raise NotNow(str(error)) from error
    return download(body, "公文字体字样.pdf")
