"""Every test process has a data folder of its own, and never sees a user's.

Loaded by `-p tests.surroundings` (pyproject.toml) and not by conftest.py: pytest-django reads the settings before any
conftest.py is imported. Each worker of xdist imports it again and so has its own folder.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

KEPT = ("KEXIN_TEST_", "KEXIN_CHROMIUM", "KEXIN_SOAK")

HOME = Path(tempfile.mkdtemp(prefix="kexin-test-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

for name in list(os.environ):
    if name.startswith("KEXIN_") and not name.startswith(KEPT):
        del os.environ[name]
os.environ["KEXIN_HOME"] = str(HOME)
