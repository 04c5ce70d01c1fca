"""The whole course under nbval, against the same code run as plain scripts."""

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
    environment = {**os.environ, "MPLBACKEND": "agg", "OMP_WAIT_POLICY": "PASSIVE"}

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
