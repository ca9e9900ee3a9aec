"""How bin/run serves: two processes of eight threads, the application loaded once and shared."""

import gc
import os
import signal

from django.db import connections

from lianzheng.keeping import atrest

bind = os.environ["LIANZHENG_BIND"]
worker_class = "gthread"
workers = int(os.environ.get("LIANZHENG_WORKERS", "2"))
threads = 8
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 15  # seconds; a reader's next click rarely comes later
max_requests = 20_000  # whatever leaks in a library ends with its process
max_requests_jitter = 2_000
control_socket_disable = True
accesslog = None
# What the server itself has to say goes the way of all lines (lianzheng/logs.py).
logconfig_dict = {
    "formatters": {"line": {"()": "lianzheng.logs.OneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True}},
}


def when_ready(server):
    """Say where the site is only when it answers."""
    # What is loaded by now stays for good: outside the collector's rounds, and shared by the processes.
    gc.collect()
    gc.freeze()
    where = f"http://{bind}/" if not bind.startswith("unix:") else bind
    print(f"\n已就绪：{where}\n按 Ctrl-C 停止。", flush=True)


def pre_fork(server, worker):
    """No process may inherit an open database: SQLite's locks and PostgreSQL's talk belong to one."""
    connections.close_all()


def _end_jobs():
    """The workers of the queue that bin/run started finish their piece and give back what is not done."""
    pid = int(os.environ.get("JOBS_PID", "0"))
    try:
        if pid:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        pass


def on_exit(server):
    _end_jobs()
    atrest.seal()
    print("\n已停止。数据保存完好，再次运行 bin/run 即可继续。", flush=True)
