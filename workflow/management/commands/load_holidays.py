"""manage.py load_holidays: the official holiday calendar into the database."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from workflow import calendar
from workflow.services.holidays import CalendarFault, load_holidays

DEFAULT = settings.BASE_DIR / "fixtures" / "holidays.csv"


class Command(BaseCommand):
    help = "载入法定节假日和调休上班日（默认 fixtures/holidays.csv）;文件所含各年整年替换，其他年份不动。"

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=DEFAULT, help="CSV 文件：day,working,name")

    def handle(self, *, file: Path, **options):
        try:
            loaded = load_holidays(text=file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as fault:
            raise CommandError(f"读不出 {file.name}:{fault}") from fault
        except CalendarFault as fault:
            raise CommandError(f"{file.name}:{fault}") from fault
        end = calendar.calendar_ends()
        self.stdout.write(f"已载入 {loaded} 天；公历 {end} 年以后只按周末推算。")
