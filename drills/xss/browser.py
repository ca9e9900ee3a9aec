"""A Chromium in which nothing protects a page: the answers come from the program, without its policy."""

import mimetypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Dialog, Page, Request, Route, sync_playwright

from drills.plumbing.ground import ROOT
from tests.plumbing.browser import ARGUMENTS, chromium_path

HOST = "testserver"
LET_BE = {"Content-Security-Policy", "Content-Length"}  # what protects; what is counted anew
# Ran it? And is anything there that no template of ours writes: a handler, an address that runs, a foreign element?
WATCH = """
window.__ran = [];
Object.defineProperty(window, '__xss', {set(value) { window.__ran.push(value); }, get() { return undefined; }});
"""
LOOK = """() => {
  const found = window.__ran.map((value) => 'ran ' + value);
  const runs = /^[\\s\\u0000-\\u001f]*(javascript|vbscript|data:text)/i;
  for (const element of document.querySelectorAll('*')) {
    const name = element.localName;
    const ours = (element.src || '').startsWith('http://testserver/static/') || element.type === 'application/json';
    if (name === 'script' && !ours)
      found.push('script ' + element.outerHTML.slice(0, 120));
    if (['iframe', 'object', 'embed', 'base', 'frameset', 'template', 'math', 'video', 'audio'].includes(name))
      found.push(name + ' ' + element.outerHTML.slice(0, 120));
    for (const {name: key, value} of element.attributes) {
      if (/^on/i.test(key)) found.push(key + ' ' + element.outerHTML.slice(0, 120));
      if (['href', 'src', 'action', 'formaction', 'data', 'xlink:href', 'srcdoc', 'poster'].includes(key)
          && (runs.test(value) || value.includes('canary'))) found.push(key + ' ' + value.slice(0, 120));
    }
  }
  return found;
}"""


class Window:
    """One page after another; what each of them did that it must not."""

    def __init__(self, page: Page) -> None:
        self.page, self.body, self.headers = page, b"", {}
        self.seen: list[str] = []
        page.on("dialog", self._dialog)
        page.on("popup", lambda popup: self.seen.append("popup"))
        page.context.route("**/*", self._answer)

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog {dialog.message[:80]}")
        dialog.dismiss()

    def _answer(self, route: Route, request: Request) -> None:
        where = urlsplit(request.url)
        if where.netloc != HOST:
            self.seen.append(f"request to {request.url[:120]}")
            route.abort()
        elif request.is_navigation_request() and request.frame == self.page.main_frame:
            if request.url == self.asked:
                route.fulfill(status=200, headers=self.headers, body=self.body)
            else:
                self.seen.append(f"led to {request.url[:120]}")
                route.abort()
        elif where.path.startswith("/static/") and (file := ROOT / where.path.lstrip("/")).is_file():
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file)[0] or "text/plain")
        else:
            route.fulfill(status=404, body="")

    def show(self, path: str, headers: dict[str, str], body: bytes) -> list[str]:
        """Open this answer under this address; tells what happened."""
        self.seen.clear()
        self.asked = f"http://{HOST}{path.partition('#')[0]}"
        self.headers, self.body = {name: value for name, value in headers.items() if name not in LET_BE}, body
        self.page.goto(self.asked, wait_until="load")
        return [*self.seen, *self.page.evaluate(LOOK)]


@contextmanager
def window() -> Iterator[Window]:
    """Raises RuntimeError where there is no Chromium."""
    executable = chromium_path()
    if executable is None:
        raise RuntimeError("no Chromium: set LIANZHENG_CHROMIUM")
    # Playwright keeps an event loop in this thread, in which Django would refuse to ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        page = chromium.new_context(locale="zh-CN").new_page()
        page.add_init_script(WATCH)
        page.set_default_timeout(15_000)
        yield Window(page)
        chromium.close()
