"""Make a notebook an assignment: python instructor/add_assignment.py NOTEBOOK, its number or its name.

It is copied into grading/source, where nbgrader looks for it, and gets a folder for what students will send.
git ignores the folder grading as a whole.
"""

import argparse
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRADING = ROOT / "grading"


def add_assignment(name: str) -> Path:
    """Copy the notebook of that number or name, and return its copy.

    Raises
    ------
    ValueError
        If there is no such notebook, or it is an assignment already.
    """
    notebooks = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    found = [path for path in notebooks if name in (path.stem[:2], path.stem, path.name)]
    if not found:
        raise ValueError(f"NOTEBOOK must be one of {', '.join(path.stem for path in notebooks)}. Got {name}.")
    target = GRADING / "source" / found[0].stem / found[0].name
    if target.exists():
        raise ValueError(f"{found[0].stem} is an assignment already. To start it anew, remove {target.parent}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    (GRADING / "downloaded" / target.stem / "archive").mkdir(parents=True, exist_ok=True)
    (GRADING / ".gitignore").write_text("*\n")  # marks and the work of students belong into no repository
    shutil.copy(found[0], target)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebook", metavar="NOTEBOOK", help="such as 03, or 03_logistic_regression")
    try:
        target = add_assignment(parser.parse_args().notebook)
    except ValueError as error:
        parser.error(str(error))
    print(f"Added {target.relative_to(ROOT).as_posix()}. Next: nbgrader generate_assignment {target.stem}")


if __name__ == "__main__":
    main()
