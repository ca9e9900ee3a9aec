"""Passwords by both policies, one spelling of names in the database, codes by the standard's vectors, SM3, duties."""

import datetime
import hmac
import random
import string
import unicodedata

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts import hashers, passwords, sealing, services, totp
from accounts.models import User
from accounts.names import canonical
from accounts.stash import STASH_KEY
from tests.matrix.addresses import patterns

pytestmark = pytest.mark.django_db
PASSWORD = "Lan-tian-8-bai-yun"
WEAK = (
    "1111abc#",
    "12345678",
    "csg@1234",
    "Admin@12345",
    "jiwei@2026",
    "Qwer!234",
    "P@ssw0rd",
    "Aa123456",
    "abcdefgh1A",
)


@pytest.mark.parametrize("password", WEAK)
def test_what_assessors_try_is_refused(password):
    assert passwords.faults_of(password)


def test_three_thousand_frequent_passwords_are_refused_by_both_policies(settings):
    frequent = sorted(passwords.common_passwords())[::6]
    assert len(frequent) >= 3000
    for name in ("dengbao", "asvs"):
        settings.POLICY = name
        let_through = [password for password in frequent if not passwords.faults_of(password)]
        assert not let_through, (name, let_through[:10])


def test_a_thousand_strong_passwords_are_taken_and_kept_whole(settings):
    dice = random.Random(1)
    signs = string.ascii_letters + string.digits + "-_.,#%+=?中文字"
    made = ["".join(dice.choice(signs) for _ in range(dice.randrange(10, 90))) for _ in range(1000)]
    strong = [one for one in made if passwords.classes_in(one) >= 3 and passwords.telling_signs(one) >= 8]
    assert len(strong) > 900
    assert not [one for one in strong if passwords.faults_of(one)]
    user = User.objects.create_user("chang", name="甲", password="x" * 200 + "-A1")
    assert user.check_password("x" * 200 + "-A1")
    assert not user.check_password("x" * 200 + "-A2")


@pytest.mark.parametrize("password", ["zhangsan-8-Lan", "Zhang_San_888", "ZS2026!!", "张三-Lan-888"])
def test_his_own_name_is_refused(password):
    assert passwords.faults_of(password, User(username="z.san", name="张三"))


def test_the_last_five_are_not_taken_again_and_the_sixth_is(settings):
    user = User.objects.create_user("jiu", name="甲", password=PASSWORD)
    for number in range(4):
        services.change_own_password(user=user, password=f"Qing-shan-{number}-lv-shui")
    assert passwords.faults_of(PASSWORD, user)
    services.change_own_password(user=user, password="Qing-shan-9-lv-shui")
    assert not passwords.faults_of(PASSWORD, user)


def test_asvs_asks_for_length_and_nothing_composed(settings):
    settings.POLICY = "asvs"
    assert passwords.faults_of("Kx7#pQ2m")
    assert not passwords.faults_of("correct horse battery staple")


# Names ----------------------------------------------------------------------------------------------------------------


def variant(name: str, dice: random.Random) -> str:
    """The same name in another case, width, composition, with blanks and signs that nobody sees."""
    found = ""
    for sign in name:
        sign = dice.choice((sign, sign.upper(), sign.lower()))
        if sign.isascii() and sign.isalnum():
            sign = dice.choice((sign, chr(ord(sign) + 0xFEE0)))
        found += sign + dice.choice(("", "", "", " ", "\u3000", "\u200b", "\xa0", "\t"))
    return unicodedata.normalize(dice.choice(("NFC", "NFD", "NFKC", "NFKD")), found)


def test_of_a_thousand_variants_none_stands_beside_its_name():
    dice, name = random.Random(1), "Zhangsané1"
    User.objects.create_user(name, name="甲")
    for _ in range(1000):
        other = variant(name, dice)
        assert canonical(other) == canonical(name), ascii(other)
    for other in {variant(name, dice) for _ in range(100)}:
        with pytest.raises(IntegrityError), transaction.atomic():
            User(username=other, name="乙", password="!").save()
    assert User.objects.count() == 1


def test_the_database_itself_refuses_another_case():
    user = User.objects.create_user("lisi", name="甲")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET username = 'LiSi' WHERE id = %s", [user.pk])


# Codes and algorithms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moment, code",
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_codes_are_those_of_rfc_6238(moment, code):
    assert totp.code_at(b"12345678901234567890", moment // totp.STEP, digits=8) == code


@pytest.mark.parametrize("off, taken", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(off, taken):
    code = totp.code_at(b"secret", 1000 + off)
    assert (totp.step_of(b"secret", code, 1000 * totp.STEP) is not None) == taken


def test_a_sealed_secret_is_unreadable_and_no_change_of_it_goes_unseen():
    sealed = sealing.seal("test", b"twenty bytes of this")
    assert "twenty" not in sealed
    assert sealing.unseal("test", sealed) == b"twenty bytes of this"
    with pytest.raises(sealing.BrokenSeal):
        sealing.unseal("other", sealed)
    place = len(sealed) - 30
    with pytest.raises(sealing.BrokenSeal):
        sealing.unseal("test", sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :])


def test_sm3_is_proven_at_the_start_and_its_absence_stops_it(monkeypatch):
    hashers.self_test()
    block = hmac.digest(b"a", b"b" + (1).to_bytes(4, "big"), "sm3").hex()
    assert block == hashers.DERIVED, "one round of PBKDF2 is one HMAC"
    monkeypatch.setattr(hashers, "VECTOR", ("abc", "00"))
    with pytest.raises(ImproperlyConfigured, match="算得不对"):
        hashers.self_test()

    def none(name, data=b""):
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashers.hashlib, "new", none)
    with pytest.raises(ImproperlyConfigured, match="本机的没有"):
        hashers.self_test()


def test_a_password_is_stored_by_the_new_algorithm_at_the_next_sign_in(client, settings, monkeypatch):
    monkeypatch.setattr(hashers.PBKDF2SM3, "iterations", 1000)
    user = User.objects.create_user("guomi", name="甲", password=PASSWORD)
    settings.PASSWORD_HASHERS = ["accounts.hashers.PBKDF2SM3", *settings.PASSWORD_HASHERS]
    client.post(reverse("login"), {"username": "guomi", "password": PASSWORD})
    user.refresh_from_db()
    assert user.password.startswith("pbkdf2_sm3$")
    assert user.check_password(PASSWORD)


# Duties over the whole site -------------------------------------------------------------------------------------------

SAMPLES = {"int": 1, "string": "x", "slug": "x", "path": "x"}
OPEN = {"login", "logout", "sample_signin", "second_factor"}


def everywhere() -> list[tuple[str, str]]:
    found = []
    for pattern in patterns(get_resolver()):
        given = {
            n: SAMPLES[type(c).__name__.removesuffix("Converter").lower()]
            for n, c in pattern.pattern.converters.items()
        }
        if pattern.name not in OPEN and getattr(pattern.callback, "login_required", True):
            found.append((pattern.name, reverse(pattern.name, kwargs=given)))
    return found


@pytest.mark.parametrize("duty", ["password_change", "second_factor_setup"])
def test_every_address_leads_to_the_duty_first(duty, settings):
    user = User.objects.create_user("jiu", name="甲", password=PASSWORD)
    if duty == "password_change":
        user.password_at = timezone.now() - datetime.timedelta(days=90, seconds=1)
        user.save()
    else:
        settings.SECOND_FACTOR = "all"
    client = Client()
    client.post(reverse("login"), {"username": "jiu", "password": PASSWORD})
    places = everywhere()
    assert len(places) > 100
    wrong = []
    for name, path in places:
        for ask in (client.get, client.post):
            if name != duty and ask(path).headers.get("Location") != reverse(duty):
                wrong.append((name, ask.__name__))
    assert not wrong
    client.post(reverse("account"), {"text": "打了很多字"})
    assert client.session[STASH_KEY]["fields"] == [["text", "打了很多字"]], "what he typed is kept"


def test_a_password_of_89_days_still_serves():
    user = User.objects.create_user("xin", name="甲", password=PASSWORD)
    user.password_at = timezone.now() - datetime.timedelta(days=89)
    user.save()
    client = Client()
    client.post(reverse("login"), {"username": "xin", "password": PASSWORD})
    assert client.get(reverse("account")).status_code == 200
