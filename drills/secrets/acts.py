"""What one person does with his secrets, through the pages; every secret is noted with what it is."""

import re
import secrets
import time
from base64 import b32decode

from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from accounts import services, totp
from accounts.models import Session, SignInCounter, User
from accounts.services import handover
from accounts.sessions import digest_of
from drills.secrets.visitor import Visitor

CODE = re.compile(r"<code>([^<]+)</code>")


def word() -> str:
    """A good password that stands nowhere else."""
    return f"Kou-{secrets.token_hex(8)}-ling9"


class Life:
    """One account from its first password to a second factor, a reset and the hand-over."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.name = port, f"ren{number:04}"
        self.secrets: dict[str, str] = {}
        self.gone: dict[str, str] = {}  # what stood in the database and must be in no page of its file any more
        self.problems: list[str] = []

    def note(self, what: str, secret: str) -> str:
        self.secrets[secret] = what
        return secret

    def live(self) -> None:
        SignInCounter.objects.all().delete()  # all come from one address, and each mistypes
        first, second, third = (self.note(f"第{number}个密码", word()) for number in "一二三")
        self.user = User.objects.create_user(self.name, name="某甲", password=first)
        visitor = Visitor(self.port)
        self._mistakes(visitor)
        self._sign_in(visitor, first)
        path = reverse("password_change")
        visitor.post(path, old_password=first, new_password1=second, new_password2=second)
        codes = self._second_factor(visitor, second)
        self._leave(visitor)
        visitor = Visitor(self.port)
        self._sign_in(visitor, second, code=codes[0])
        self._handed_over(third, codes[1])
        self._broken_pages()

    def _mistakes(self, visitor: Visitor) -> None:
        """What people do: another password, a password where the name belongs, a form after the session's end."""
        visitor.post(reverse("login"), username=self.name, password=self.note("打错的密码", word()))
        visitor.post(reverse("login"), username=self.note("打在用户名栏的密码", word()), password="x")
        typed = self.note("会话结束后提交的密码", word())
        Visitor(self.port).post(
            reverse("password_change"), old_password=typed, new_password1=typed, new_password2=typed
        )

    def _sign_in(self, visitor: Visitor, password: str, code: str = "") -> None:
        page = visitor.post(reverse("login"), username=self.name, password=password)
        if code:
            page = visitor.post(reverse("second_factor"), code=code)
        if "退出" not in page:
            self.problems.append(f"{self.name} 没有登录成功")
        self.note("会话 Cookie", visitor.cookie("sessionid"))

    def _second_factor(self, visitor: Visitor, password: str) -> list[str]:
        path = reverse("second_factor_setup")
        shown = CODE.findall(visitor.post(path, act="begin", password=password))
        secret = shown[0].replace(" ", "") if shown else ""
        raw = b32decode(secret + "=" * (-len(secret) % 8))
        self.note("二次验证的密钥", self.note("二次验证的密钥", secret).lower())
        self.note("二次验证的密钥（字节）", raw.hex())
        page = visitor.post(path, act="confirm", code=totp.code_at(raw, int(time.time()) // totp.STEP))
        codes = CODE.findall(page)
        if len(codes) < 10:
            self.problems.append(f"{self.name} 没有开启二次验证")
        for code in codes:
            self.note("备用码", self.note("备用码", code).replace("-", ""))
        return codes

    def _leave(self, visitor: Visitor) -> None:
        """Signed out, with a form half filled in: neither the session's row nor what was typed stays in the file."""
        row = Session.objects.get(digest=digest_of(visitor.cookie("sessionid")))
        self.gone |= {row.digest: "会话的摘要", row.data: "会话的内容"}
        visitor.post(reverse("logout"))

    def _handed_over(self, password: str, factor: str) -> None:
        once = self.note("一次性密码", services.reset_password(by=None, user=User.objects.get(pk=self.user.pk)))
        handover.ask(user=User.objects.get(pk=self.user.pk))
        code = self.note("交接码", handover.give_code(by=None, user=User.objects.get(pk=self.user.pk)))
        self.note("交接码", re.sub(r"\W", "", code))
        visitor = Visitor(self.port)
        visitor.post(reverse("login"), username=self.name, password=once)
        visitor.post(reverse("second_factor"), code=factor)
        given = {"old_password": once, "new_password1": password, "new_password2": password, "code": code}
        visitor.post(reverse("password_change"), **given)
        if User.objects.get(pk=self.user.pk).owes_password:
            self.problems.append(f"{self.name} 没有接手账号")

    def _broken_pages(self) -> None:
        """The pages of a failing database and of an error of ours, with a password among what was sent."""
        client = Client(raise_request_exception=False)
        for fault in (OperationalError("database or disk is full"), RuntimeError("broken")):

            def fail(execute, sql, params, many, context, fault=fault):
                raise fault

            secret = self.note("出错时提交的密码", word())
            with connection.execute_wrapper(fail):
                answer = client.post(reverse("login"), {"username": self.name, "password": secret})
            if answer.status_code < 500:
                self.problems.append(f"没有出错页：{answer.status_code}")
            if secret in answer.content.decode():
                self.problems.append(f"出错页（{answer.status_code}）里有密码")
