"""Rounds of a hundred uses: of a code of the authenticator, of a recovery code, of wrong codes."""

import time

from django.utils import timezone

from accounts import policy, totp
from accounts.models import RecoveryCode, SecondFactor, User
from accounts.services import lockout
from accounts.services import second_factor as factors
from drills.plumbing.crowd import all_at_once
from drills.plumbing.model import Ask, Report

A_ROUND = 40


def run(ask: Ask) -> Report:
    report = Report(count=0, acknowledged=0, missed=0)
    if ask.fault:
        factors._take_code, factors._take_recovery = _look_then_write, _look_then_cross_out
    # How many may be tried at all is another question, asked at the end: here all of them come as far as the code.
    real, lockout._add_one = lockout._add_one, lambda row, allowed, now, rules: None
    number = 0
    while report.count < ask.count:
        number += 1
        user, factor, recovery = _person(number)
        size = min(A_ROUND, max(10, ask.count // 3))
        code = totp.code_at(factors.secret_of(factor), int(time.time()) // totp.STEP)
        _once(report, all_at_once(lambda code, user=user: factors.check(user=user, code=code), [code] * size), "code")
        answers = all_at_once(lambda code, user=user: factors.check(user=user, code=code), [recovery[0]] * size)
        _once(report, answers, "recovery code")
        if not factors.check(user=user, code=recovery[1].upper()):
            report.problems.append("another recovery code was refused")
    lockout._add_one = real
    _wrong_ones(report, number + 1)
    report.facts["rounds"] = number
    return report


def _person(number: int) -> tuple[User, SecondFactor, list[str]]:
    user = User.objects.create_user(f"codes{number}", name="乙")
    factor = factors.begin(user=user)
    before = totp.code_at(factors.secret_of(factor), int(time.time()) // totp.STEP - 1)
    codes = factors.confirm(user=user, code=before)
    return user, SecondFactor.objects.get(user=user), codes


def _once(report: Report, answers: list, what: str) -> None:
    report.count += len(answers)
    faults = [answer for answer in answers if isinstance(answer, Exception)]
    if faults:
        report.problems.append(f"{what}: broke down by {faults[0]!r}")
    let_in = answers.count(True)
    report.acknowledged += let_in
    if let_in != 1:
        report.missed += abs(let_in - 1)
        report.problems.append(f"one {what} opened {let_in} times")


def _wrong_ones(report: Report, number: int) -> None:
    """Of wrong codes five are compared, then not even the right one."""
    user, factor, _ = _person(number)
    compared = []
    real, totp.step_of = totp.step_of, lambda *given: compared.append(given) or real(*given)
    answers = all_at_once(lambda n: factors.check(user=user, code=f"{n:06}"), range(A_ROUND))
    totp.step_of = real
    report.count += len(answers)
    if len(compared) > policy.current().failures or any(answer is not False for answer in answers):
        report.missed += 1
        report.problems.append(f"{len(compared)} wrong codes were compared")
    code = totp.code_at(factors.secret_of(factor), int(time.time()) // totp.STEP + 1)
    if factors.check(user=user, code=code):
        report.problems.append("a right code came in while codes were locked")


def _look_then_write(factor: SecondFactor, code: str) -> bool:
    step = totp.step_of(factors.secret_of(factor), code, time.time())
    if step is None or step <= SecondFactor.objects.get(pk=factor.pk).last_step:
        return False
    time.sleep(0.01)
    SecondFactor.objects.filter(pk=factor.pk).update(last_step=step)
    return True


def _look_then_cross_out(user: User, code: str) -> bool:
    row = RecoveryCode.objects.filter(user=user, digest=factors._digest(user, code), used_at__isnull=True).first()
    if row is None:
        return False
    time.sleep(0.01)
    RecoveryCode.objects.filter(pk=row.pk).update(used_at=timezone.now())
    return True
