"""The program as it is installed beside the Python that runs the tests."""

import sys
from pathlib import Path

XENLENS = Path(sys.executable).with_name("xenlens")
