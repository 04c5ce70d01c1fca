"""The notebooks as processes: under nbval against plain scripts, and three students on one machine against one."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_nbval_costs_little_more_than_plain_scripts(compare, tmp_path):
    scripts = []
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=nbformat.NO_CONVERT).cells
        code = "\n\n".join(cell.source for cell in cells if cell.cell_type == "code")
        scripts.append(tmp_path / f"{path.stem}.py")
        scripts[-1].write_text(code, encoding="utf-8")
    environment = {**os.environ, "MPLBACKEND": "agg"}

    def run(*command):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True, capture_output=True)

    def as_scripts():
        for script in scripts:
            run(script)

    def under_nbval():
        run("-m", "pytest", "-n", "0", "notebooks")

    compare(
        f"nbval, {len(NOTEBOOKS)} notebooks",
        under_nbval,
        "plain scripts",
        as_scripts,
        n_pairs=2,
        limit=2,
        warmup_rounds=0,
    )


HEAVY = ROOT / "notebooks/04_bce_vs_mse.ipynb"


def run_at_once(*notebooks):
    """Execute notebooks in kernels of their own, as a hub would: without settings for threads."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "MKL_"))}
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", "--stdout"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    runs = [subprocess.Popen([*command, path], cwd=HEAVY.parent, env=environment, **quiet) for path in notebooks]
    assert [run.wait() for run in runs] == [0] * len(runs)


def test_three_students_at_once_wait_no_longer_than_one_after_the_other(compare):
    compare(
        "notebook 04, three at once",
        lambda: run_at_once(*[HEAVY] * 3),
        "one alone",
        lambda: run_at_once(HEAVY),
        n_pairs=2,
        limit=3,
        warmup_rounds=0,
    )


def test_one_student_alone_misses_little_with_one_thread(compare, tmp_path):
    notebook = nbformat.read(HEAVY, as_version=nbformat.NO_CONVERT)
    notebook.cells[1].source += f"\ntorch.set_num_threads({os.cpu_count()})"
    many_threads = tmp_path / HEAVY.name
    nbformat.write(notebook, many_threads)
    compare(
        "notebook 04, one thread",
        lambda: run_at_once(HEAVY),
        "a thread for each core",
        lambda: run_at_once(many_threads),
        n_pairs=2,
        limit=1.5,
        warmup_rounds=0,
    )
