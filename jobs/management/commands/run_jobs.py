"""manage.py run_jobs: the workers of the queue."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jobs import worker
from jobs.pool import Pool


class Command(BaseCommand):
    requires_system_checks = []  # bin/run starts it beside the site, which has just been checked
    help = (
        "处理后台任务，直到被停止（Ctrl-C 或 SIGTERM：做完手上的一小步，没做完的放回队列）。"
        "bin/run 会自己启动它。退出码：0 正常结束，2 参数不对。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="做完现在排队的就结束")
        parser.add_argument(
            "--workers", type=int, default=settings.JOB_WORKERS, metavar="N", help="几个进程（默认 %(default)s）"
        )

    def handle(self, *, once: bool, workers: int, **options):
        if once:
            worker.Sweep()()
            self.stdout.write(f"做了 {worker.work_off()} 项后台任务。")
            return
        if not 1 <= workers <= 64:
            raise CommandError("--workers 请写 1 到 64。", returncode=2)
        Pool(size=workers, most_memory=settings.JOB_MEMORY).run()
