"""What the inner loop (`bin/test --fast`) leaves out: whole roads, races, long papers,
and the pages that need a world of their own. Every full run has them."""

from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
SLOW = (
    "drills",
    "evidence/test_printed.py",
    "evidence/test_redaction.py",
    "evidence/test_verifier.py",
    "sample",
    "keeping/test_backup.py",
    "keeping/test_sealing.py",
    "keeping/test_selftest.py",
    "keeping/test_tables.py",
    "keeping/test_upgrade.py",
    "jobs/test_processes.py",
    "races",
    "workflow/test_road_machine.py",
    "workflow/test_forms_come_back.py",
    "workflow/test_human_check.py",
    "workflow/test_real_tables.py",
    "workflow/test_level_direction.py",
    "lianzheng/test_once.py",
    "lianzheng/test_sample.py",
    "lianzheng/test_secrecy.py",
    "matrix/test_matrix.py",
    "documents/test_forms.py",
    "documents/test_office_suite.py",
    "documents/test_paper_views.py",
    "documents/test_plates.py",
    "documents/test_fonts_page.py",
    "documents/test_handbook.py",
    "documents/test_handbook_pages.py",
    "documents/test_official.py",
    "documents/test_official_layout.py",
    "documents/test_official_papers.py",
    "documents/test_nothing_fetched.py",
    "documents/test_rare_characters.py",
    "documents/test_rendering_pdf.py",
    "documents/test_rendering_xlsx.py",
    "registers/test_importing_bad.py",
    "registers/test_importing_fuzz.py",
    "registers/test_importing_real.py",
    "offline/test_round_trip.py",
    "offline/test_libreoffice.py",
    "catalogue/test_long.py",
    "catalogue/test_pages.py",
    "documents/test_layouts.py",
    "documents/test_lists.py",
    "documents/test_supervision.py",
    "offline/test_merge.py",
    "offline/test_pages.py",
    "offline/test_parse.py",
    "paper/test_flow.py",
    "paper/test_official.py",
    "accounts/test_handover.py",
    "accounts/test_policy.py",
    "machinery/test_names_there.py",
    "supervision/test_letters.py",
    "registers/test_apart.py",
    "registers/test_content.py",
    "registers/test_importing.py",
    "registers/test_importing_decisions.py",
    "registers/test_importing_pages.py",
    "registers/test_organisation_pages.py",
    "registers/test_powers.py",
    "registers/test_tree.py",
    "workflow/test_actions.py",
    "workflow/test_comments.py",
    "workflow/test_cycles.py",
    "workflow/test_filings.py",
    "workflow/test_fill_page.py",
    "workflow/test_issuing.py",
    "workflow/test_kiosk.py",
    "workflow/test_meetings.py",
    "workflow/test_notices.py",
    "workflow/test_notice_guard.py",
    "workflow/test_worklist.py",
    "workflow/test_public.py",
    "workflow/test_register_page.py",
)


@cache
def is_slow(path: Path) -> bool:
    return any(path.is_relative_to(TESTS / place) for place in SLOW)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whoever leaves them out need not read them either."""
    return "not slow" in config.option.markexpr and is_slow(collection_path) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if is_slow(item.path):
            item.add_marker(pytest.mark.slow)
