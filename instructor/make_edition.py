"""Make an edition of the course: python instructor/make_edition.py {student,solution} TARGET.

TARGET is a new folder, or a new .zip that holds one folder. The student edition has no solutions, and no outputs in
its exercises. The solution edition has everything. Both leave out what only serves to teach and to test the course.
"""

import argparse
import re
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ClearOutputPreprocessor, Preprocessor, TagRemovePreprocessor

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    "LICENSE",
    "pyproject.toml",
    "requirements.txt",
    "environment.yml",
    ".github/plateau.png",  # README shows it
    "notebooks/.ruff.toml",
    # pytest needs these two to run the notebooks of the edition.
    "tests/conftest.py",
    "tests/nbval_sanitize.cfg",
]
TEACHERS_SECTIONS = ["Teach from it", "How it is tested"]


class ClearExercises(ClearOutputPreprocessor):
    """Clear the answers and the checks. Without a count nbval runs a cell, but compares nothing."""

    def preprocess_cell(self, cell, resources, index):
        return super().preprocess_cell(cell, resources, index) if "nbgrader" in cell.metadata else (cell, resources)


EDITIONS: dict[str, list[Preprocessor]] = {
    "student": [TagRemovePreprocessor(remove_cell_tags={"solution"}), ClearExercises()],
    "solution": [],
}


def make_edition(edition: str, target: Path) -> None:
    """Write the edition to ``target``, a folder or a .zip.

    It is built beside ``target`` and moved there in one step, so that nothing half-written is left if that fails.

    Raises
    ------
    ValueError
        If the edition is unknown, or ``target`` exists, lies in no folder, or is an archive of another kind.
    """
    if edition not in EDITIONS:
        raise ValueError(f"edition must be one of {', '.join(EDITIONS)}. Got {edition!r}.")
    archives = [end for _, ends, _ in shutil.get_unpack_formats() for end in ends if end != ".zip"]
    if target.name.endswith(tuple(archives)):
        raise ValueError(f"TARGET must be a folder or end in .zip. Got {target}.")
    if target.exists():
        raise ValueError(f"TARGET must be new. {target} exists: remove it, or give another name.")
    if not target.parent.is_dir():
        raise ValueError(f"TARGET must lie in a folder that exists. Make {target.parent} first.")

    notebooks = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".edition-") as temp:
        folder = Path(temp) / (target.stem if target.suffix == ".zip" else target.name)
        for package in ("helpers", "exercises"):
            left_out = shutil.ignore_patterns("__pycache__", ".*", "README.md", "new.py")
            shutil.copytree(ROOT / package, folder / package, ignore=left_out)
        for name in FILES:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        (folder / "README.md").write_text(without_teachers_sections(readme), encoding="utf-8")
        for path in notebooks:
            copy_notebook(path, folder / "notebooks" / path.name, EDITIONS[edition])
        if target.suffix == ".zip":
            folder = Path(shutil.make_archive(str(folder), "zip", root_dir=temp, base_dir=folder.name))
        folder.rename(target)


def copy_notebook(source: Path, target: Path, preprocessors: list[Preprocessor]) -> None:
    """Copy a notebook through the preprocessors; where there are none, byte for byte."""
    if not preprocessors:
        shutil.copy(source, target)
        return
    notebook = nbformat.read(source, as_version=nbformat.NO_CONVERT)
    for preprocessor in preprocessors:
        notebook, _ = preprocessor.preprocess(notebook, {})
    nbformat.write(notebook, target)


def without_teachers_sections(readme: str) -> str:
    """Cut what speaks of files that an edition does not have."""
    for title in TEACHERS_SECTIONS:
        readme, cuts = re.subn(rf"^## {title}\n.*?(?=^## )", "", readme, flags=re.DOTALL | re.MULTILINE)
        if cuts != 1:
            raise ValueError(f"README.md must have one section '## {title}' before another. Got {cuts}.")
    return readme


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edition", choices=EDITIONS, help="student: without solutions; solution: with them")
    parser.add_argument("target", metavar="TARGET", type=Path, help="a new folder, or a new file that ends in .zip")
    arguments = parser.parse_args()
    try:
        make_edition(arguments.edition, arguments.target)
    except ValueError as error:
        parser.error(str(error))
    print(f"Made the {arguments.edition} edition: {arguments.target}")


if __name__ == "__main__":
    main()
