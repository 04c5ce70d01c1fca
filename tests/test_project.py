"""The files around the course: what is installed is used, pinned and said once; what README promises is there."""

import ast
import base64
import json
import re
import runpy
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from IPython.core.inputtransformer2 import TransformerManager

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ["3.11", "3.12", "3.13"]

# Where a package has another name when it is imported, or in conda.
IMPORT_NAMES = {"pillow": "PIL", "scikit-learn": "sklearn", "ipython": "IPython", "jupyter-client": "jupyter_client"}
CONDA_NAMES = {
    "torch": "pytorch-cpu",
    "matplotlib": "matplotlib-base",
    "graphviz": "python-graphviz",
    "jupyter-client": "jupyter_client",
}
# Nothing imports these; the file runs or uses them, by this text.
TOOLS = {
    "jupyterlab": ("README.md", "-m jupyterlab"),
    "ruff": (".ci/run", "-m ruff check"),
    "nbconvert": ("CONTRIBUTING.md", "-m jupyter nbconvert"),
    "pytest-xdist": ("pyproject.toml", "--dist=loadfile"),
    "pytest-benchmark": ("tests/benchmarks/conftest.py", "benchmark.pedantic"),
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def requirements() -> dict[str, str]:
    """Return name → version of requirements.txt."""
    return dict(re.findall(r"^([\w-]+)==([\w.]+)", read("requirements.txt"), flags=re.M))


def code() -> list[str]:
    """Return all Python source of the project: files, and the code cells of each notebook."""
    files = [
        path for folder in ("helpers", "exercises", "tests", ".ci") for path in sorted((ROOT / folder).rglob("*.py"))
    ]
    sources = [path.read_text(encoding="utf-8") for path in files]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        sources += [TransformerManager().transform_cell(source) for source in codes]
    return sources


def third_party_imports() -> set[str]:
    found = set()
    for source in code():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found.add(node.module.partition(".")[0])
    own = {"helpers", "exercises", "tests"} | {
        p.stem for folder in (".ci", "tests") for p in (ROOT / folder).rglob("*.py")
    }
    return found - set(sys.stdlib_module_names) - own


# Versions -------------------------------------------------------------------------------------------------------


def test_every_requirement_is_pinned_and_says_what_it_is_for() -> None:
    lines = [line for line in read("requirements.txt").splitlines() if line and not line.startswith("#")]
    assert re.fullmatch(r"-e \.  # \S.+", lines[0])
    assert [line for line in lines[1:] if not re.fullmatch(r"[a-z-]+==\d[\w.]*  # \S.+", line)] == []
    assert len(requirements()) == len(lines) - 1


def test_what_is_imported_is_required_and_what_is_required_is_used() -> None:
    imported = {IMPORT_NAMES.get(name, name) for name in requirements() if name not in TOOLS}
    assert third_party_imports() == imported


@pytest.mark.parametrize("name", TOOLS)
def test_tool_is_run_by_the_project(name: str) -> None:
    file, use = TOOLS[name]
    assert name in requirements()
    assert use in read(file)


@pytest.mark.parametrize("name", requirements())
def test_installed_version_is_the_pinned_one(name: str) -> None:
    """The stored outputs were made with these. Install them again if this fails: README, "Run it"."""
    assert version(name).partition("+")[0] == requirements()[name]


def test_conda_environment_has_the_same_versions() -> None:
    environment = read("environment.yml")
    conda = dict(re.findall(r"^  - ([\w-]+)=([\w.]+)$", environment, flags=re.M))
    pip = dict(re.findall(r"^      - ([\w-]+)==([\w.]+)", environment, flags=re.M))
    assert conda.pop("python") in PYTHONS
    assert conda == {CONDA_NAMES.get(name, name): pin for name, pin in requirements().items() if name not in pip}
    assert pip.items() <= requirements().items()
    assert re.search(r"^ +- -e \.$", environment, flags=re.M)


def test_python_versions_are_the_same_everywhere() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    assert project["project"]["requires-python"] == f">={PYTHONS[0]}"
    assert project["tool"]["ruff"]["target-version"] == "py" + PYTHONS[0].replace(".", "")
    assert all(re.search(r"==[\d.]+$", name) for name in project["build-system"]["requires"])
    workflow = read(".github/workflows/ci.yml")
    matrices = re.findall(r"python: (\[.*\])", workflow)
    assert matrices
    assert [json.loads(matrix) for matrix in matrices] == [PYTHONS] * len(matrices)
    assert f"Python {PYTHONS[0]} or newer" in read("README.md")


# README and CI --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["jupyterlab", "pytest"])
def test_readme_has_one_command_for_each_system_and_ci_runs_it(module: str) -> None:
    readme_command = runpy.run_path(str(ROOT / ".ci/readme_command.py"))["readme_command"]
    steps = readme_command(module).split(" && ")
    assert steps[:2] == ["python3 -m venv .venv", ".venv/bin/python -m pip install -r requirements.txt"]
    assert steps[2].startswith(f".venv/bin/python -m {module}")
    assert len(steps) == 3
    # The same on Windows: cmd knows && in every version, which PowerShell does not.
    windows = " && ".join(steps).replace("python3 ", "py -3 ").replace(".venv/bin/python", r".venv\Scripts\python")
    assert readme_command(module, "powershell") == f'cmd /c "{windows}"'
    uses = {
        "jupyterlab": (".ci/check_lab.py", 'readme_command("jupyterlab")'),
        "pytest": (".ci/run", "readme_command.py pytest"),
    }
    file, use = uses[module]
    assert use in read(file)
    assert ".ci/check_lab.py" in read(".ci/run")


def test_every_link_of_readme_leads_somewhere() -> None:
    targets = re.findall(r"\]\(([^)\s]+)", read("README.md")) + re.findall(
        r"(?:href|src)=\"([^\"]+)\"", read("README.md")
    )
    local = [target.partition("#")[0] for target in targets if not re.match(r"https://|#", target)]
    assert local
    assert [target for target in local if not (ROOT / target).exists()] == []


def test_licence_covers_code_and_text() -> None:
    licence = read("LICENSE")
    assert "MIT License" in licence
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in licence
    assert licence.count("Copyright (c) 2026 the authors of this course") == 2
    assert "MIT" in read("README.md")
    assert "CC BY 4.0" in read("README.md")


def test_no_file_names_a_machine_or_a_registry() -> None:
    """It must work on every machine: no folder of one, no package index but the user's own."""
    if not (ROOT / ".git").exists():
        pytest.skip("a downloaded copy without its history: git cannot say which files belong to it")
    folders = r"(?<![\w.:/])/(?:home|Users|root|tmp|work|mnt|opt)/\w|[A-Z]:\\Users"
    hosts = r"index-url|find-links|localhost:\d|127\.0\.0\.1"
    found = []
    for path in tracked():
        content = path.read_bytes().decode("utf-8", errors="ignore")
        content = re.sub(r"base64,[A-Za-z0-9+/=]+", "", content)
        found += [
            f"{path.name}: {place}"
            for place in re.findall(f"{folders}|{hosts}", content)
            if path != Path(__file__).resolve()
        ]
    assert found == []


def test_the_pictures_of_readme_are_those_of_the_notebooks() -> None:
    """They come from stored outputs, so they show what the notebooks show."""
    pictures = re.findall(r"src=\"(\.github/\w+\.png)\"", read("README.md"))
    assert pictures
    stored = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "notebooks").glob("*.ipynb"))
    for picture in pictures:
        assert base64.b64encode((ROOT / picture).read_bytes()).decode() in stored, picture
