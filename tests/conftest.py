"""Every test run has a data folder of its own, and never sees a user's."""

from __future__ import annotations

import os
import tempfile

os.environ["KEXIN_HOME"] = tempfile.mkdtemp(prefix="kexin-test-")
