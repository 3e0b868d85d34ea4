"""`python -m exporter.reference FOLDER` writes the generated pages."""

import sys
from pathlib import Path

from exporter.reference import PAGES

for name, page in PAGES.items():
    (Path(sys.argv[1]) / name).write_text(page(), encoding="utf-8")
