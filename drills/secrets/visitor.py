"""A browser that signs in as people do: cookies, forms with their token, redirects followed."""

import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode


class Visitor:
    """One person at one browser, over real connections to the site."""

    def __init__(self, port: int) -> None:
        self.root, self.cookies = f"http://127.0.0.1:{port}", CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def cookie(self, name: str) -> str:
        return next((one.value for one in self.cookies if one.name == name), "")

    def get(self, path: str) -> str:
        return self._open(self.root + path, None)

    def post(self, path: str, **fields: str) -> str:
        """The page that the site leads to after the form was sent."""
        if not self.cookie("csrftoken"):
            self.get("/signin/")
        return self._open(
            self.root + path, urlencode(fields | {"csrfmiddlewaretoken": self.cookie("csrftoken")}).encode()
        )

    def _open(self, url: str, body: bytes | None) -> str:
        try:
            with self.opener.open(url, body, timeout=60) as answer:
                return answer.read().decode(errors="replace")
        except urllib.error.HTTPError as refused:
            return refused.read().decode(errors="replace")
