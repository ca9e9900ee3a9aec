"""Working days follow the official calendar as far as it is known, and say when it is not."""

import datetime

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audit.models import Event
from workflow import calendar
from workflow.models import Holiday
from workflow.services.holidays import CalendarFault, load_holidays

pytestmark = pytest.mark.django_db
D = datetime.date


@pytest.fixture
def official():
    load_holidays(text=(settings.BASE_DIR / "fixtures" / "holidays.csv").read_text(encoding="utf-8"))


def test_the_calendar_of_2012_has_its_spring_festival_and_its_working_weekends(official):
    assert not calendar.is_working_day(D(2012, 1, 23))
    assert calendar.is_working_day(D(2012, 1, 21))  # a Saturday worked for the festival
    assert calendar.is_working_day(D(2012, 2, 10))
    assert not calendar.is_working_day(D(2012, 2, 11))


def test_a_period_counts_from_the_day_after_it_begins(official):
    assert calendar.add_working_days(D(2012, 2, 6), 5) == D(2012, 2, 13)
    assert calendar.add_working_days(D(2012, 2, 6), 0) == D(2012, 2, 6)


def test_a_period_over_the_national_day_skips_the_week(official):
    assert calendar.add_working_days(D(2025, 9, 30), 1) == D(2025, 10, 9)


def test_counting_is_the_inverse_of_adding(official):
    for start in (D(2011, 12, 30), D(2020, 1, 22), D(2026, 9, 18), D(2030, 5, 1)):
        for n in (0, 1, 5, 7, 30):
            assert calendar.working_days_between(start, calendar.add_working_days(start, n)) == n


def test_counting_backwards_is_negative(official):
    assert calendar.working_days_between(D(2012, 2, 13), D(2012, 2, 6)) == -5


def test_beyond_the_official_calendar_only_weekends_are_free_and_it_is_said(official):
    assert calendar.calendar_ends() == 2026
    assert calendar.is_estimate(D(2027, 1, 1))
    assert not calendar.is_estimate(D(2026, 12, 31))
    assert calendar.is_working_day(D(2027, 10, 1))


def test_without_a_calendar_every_day_is_an_estimate():
    assert calendar.calendar_ends() == 0
    assert calendar.is_estimate(D(2012, 2, 6))
    assert calendar.add_working_days(D(2012, 2, 10), 1) == D(2012, 2, 13)


@pytest.mark.parametrize("n", [1, 30])
def test_adding_asks_the_database_once(official, django_assert_num_queries, n):
    with django_assert_num_queries(1):
        calendar.add_working_days(D(2012, 1, 4), n)


def test_loading_again_changes_nothing_and_other_years_stay(official):
    before = Holiday.objects.count()
    Holiday.objects.create(day=D(2027, 1, 1), name="元旦")
    call_command("load_holidays")
    assert Holiday.objects.count() == before + 1
    assert Event.objects.filter(verb="holidays.load").count() == 2


@pytest.mark.parametrize(
    "text, said",
    [
        ("day,name\n", "第1行"),
        ("day,working,name\n2012-02-30,0,\n", "第2行"),
        ("day,working,name\n2012-02-01,是,\n", "working"),
        ("day,working,name\n2012-02-01,0,\n2012-02-01,0,\n", "写了两次"),
        ("day,working,name\n", "没有日期"),
    ],
)
def test_a_faulty_calendar_is_refused_with_its_line(text, said):
    with pytest.raises(CalendarFault, match=said):
        load_holidays(text=text)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(CommandError, match="读不出"):
        call_command("load_holidays", str(tmp_path / "none.csv"))
