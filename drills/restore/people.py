"""Who signs in after the restore."""

USERNAME = "restored-reader"
PASSWORD = "Restored-and-read-2026"
