"""Print one of README's commands, word for word: python .ci/readme_command.py {jupyterlab,pytest} [sh|powershell]."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def readme_command(module: str, shell: str = "sh") -> str:
    """Return the one line of README that stands alone in a block of ``shell`` and runs ``-m module``."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"^```{shell}\n(.*?)^```", readme, flags=re.DOTALL | re.MULTILINE)
    found = [block.strip() for block in blocks if re.search(rf"-m {module}\b", block)]
    if len(found) != 1 or "\n" in found[0]:
        raise ValueError(f"README must hold one {shell} block of one line that runs -m {module}. Got {found}.")
    return found[0]


if __name__ == "__main__":
    print(readme_command(*sys.argv[1:]))
