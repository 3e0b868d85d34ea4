"""`python -m dashboards`: write the JSON of every dashboard."""

from pathlib import Path

from dashboards.generator import texts

FOLDER = Path(__file__).parent / "json"


def main() -> None:
    """Write each file and say so."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"dashboards/json/{name}")


if __name__ == "__main__":
    main()
