"""What leaves the program: one register's PDF in a warm process, and the ledger's export in a process of its own."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from benchmarks.ground import Ground
from benchmarks.measure import Measure
from benchmarks.pages import form_of
from benchmarks.requests import client_of, measure_bare, measure_request
from registers.ledger import Chosen, ledger_of


def pdf(ground: Ground) -> Measure:
    """One post's register as PDF, fonts and style sheet already read."""
    url = reverse("paper_pdf", args=(ground.in_force.pk, form_of(ground)))
    return measure_request("pdf", client_of(ground.office), url, "一张岗位登记表的 PDF，进程已预热")


def export(ground: Ground) -> Measure:
    """The whole ledger of the body above as xlsx, in a fresh process that did nothing else."""
    return in_child("export")


def in_child(name: str) -> Measure:
    """What `benchmarks.run --child` of that name measures, in a fresh process that does nothing else."""
    command = [sys.executable, "-m", "benchmarks.run", "--child", name]
    told = subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ, check=True, stdout=subprocess.PIPE, text=True)
    return Measure.read(told.stdout)


def export_here(ground: Ground) -> Measure:
    """The export itself, in a process that has loaded the product; peak memory is that of this whole process."""
    rows = len(ledger_of(ground.above, Chosen()))
    client = client_of(ground.above)
    client.get(reverse("ledger"))
    bare = measure_bare().cpu_ms
    before = peak()
    begun = time.process_time()
    response = client.get(reverse("ledger_export"))
    size = sum(len(piece) for piece in response.streaming_content)
    spent = time.process_time() - begun
    return Measure(
        "export",
        cpu_ms=spent * 1000,
        bytes=size,
        rows_per_s=rows / spent,
        peak_mb=peak(),
        note=f"台账导出 {rows} 行；导出前进程已占 {before:.0f} MB；同时原样页 {bare:.1f} ms",
    )


def peak() -> float:
    """Peak memory of this program; ru_maxrss would begin with that of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
