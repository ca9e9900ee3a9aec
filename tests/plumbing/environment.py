"""Set before Django reads its settings (named by -p in pyproject.toml): tests need no environment of their own."""

import os

os.environ["LIANZHENG_TEST"] = "1"
os.environ.pop("LIANZHENG_SAMPLE", None)
