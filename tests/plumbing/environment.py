"""Set before Django reads its settings (named by -p in pyproject.toml): tests need no environment of their own.

Files that tests write go to a folder of their own, never among the data of an installation in this tree.
"""

import os
import tempfile

_data = tempfile.TemporaryDirectory(prefix="lianzheng-test-data-", ignore_cleanup_errors=True)

os.environ["LIANZHENG_TEST"] = "1"
os.environ["LIANZHENG_DATA"] = _data.name
os.mkdir(os.path.join(_data.name, "static"))  # whitenoise warns about every request without it
for inherited in ("LIANZHENG_SAMPLE", "LIANZHENG_DEBUG", "LIANZHENG_SECRET_KEY", "LIANZHENG_SECRET_KEY_FILE"):
    os.environ.pop(inherited, None)
