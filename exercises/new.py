"""Add the cells of a new exercise to a notebook: python -m exercises.new 03 "A title" --kind function [--points 2]."""

import argparse
import json
import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbformat.v4.rwbase import split_lines

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"

TASK = "*TODO: a bug to find, code to write, a number to predict?* TODO: the task.\n\n"
FORM = dict.fromkeys(("function", "value"), "TODO: what to give, and in which form.")
FORM["choice"] = "A. TODO<br>B. TODO<br>C. TODO<br>D. TODO\n\nGive the letter in quotes."
HINTS = "".join(f"\n\n<details><summary>Hint {i}</summary>\n\nTODO: a hint.\n\n</details>" for i in (1, 2))
ANSWER = {"function": 'def todo_name(x):\n    """Return TODO."""\n    return ...\n'}
ANSWER["value"] = ANSWER["choice"] = "todo_name = ..."
FOLDED = {"jupyter": {"outputs_hidden": True, "source_hidden": True}, "tags": ["solution"]}
RULE = 'rule="TODO: what should hold, without the value that is right.",'
ENTRY = {
    "function": f"""{RULE}
        right=lambda x: TODO,
        inputs=lambda draw: (draw.number(),),
        cases=[Case(TODO)],
        wrong={{
            "TODO: what is seen in a wrong answer.":
                lambda x: TODO,
        }},""",
    "value": f'expected=TODO,\n        {RULE}\n        wrong={{TODO: "TODO: what is seen in this value."}},',
    "choice": 'right="TODO: a letter",\n        hints={"TODO": "TODO: one for each of the three wrong letters."},',
}
LEFT = """Added exercise {number} to {path}. What is left:
1. Fill in each TODO of its four cells, and change todo_name, where it stands.
2. Fill this in, at the end of EXERCISES in exercises/notebook_{notebook}.py:

    {kind}(
        "{number}", {title},
        {entry}
    ),

3. Unless it is a choice, add answers to RIGHT and to WRONG in tests/exercises/answers_{notebook}.py.
4. Run the notebook, then the tests: exercises/README.md has both commands."""


def add_exercise(notebook: str, title: str, kind: str, points: int) -> str:
    """Add the four cells after the last exercise, leave all else as it is, and return what is left to do."""
    paths = {path.name[:2]: path for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))}
    if notebook not in paths:
        raise ValueError(f"NOTEBOOK must be one of {', '.join(paths)}. Got {notebook}: give the digits of its file.")
    content = nbformat.read(paths[notebook], as_version=nbformat.NO_CONVERT)
    n = 1 + max((int(cell.id[2:]) for cell in content.cells if re.fullmatch(r"ex\d+", cell.id)), default=0)
    number, shown = f"{notebook}.{n}", f"{int(notebook)}.{n}"
    name = f"letter_{n}" if kind == "choice" else "todo_name"
    answer = ANSWER[kind].replace("todo_name", name)
    check = f'\n\ncheck("{number}", {name})'
    solution = f"# Solution of exercise {shown}\n#\n# TODO: why it is so, in a sentence or two.\n"
    solution += f"{answer}{check}".replace(name, f"solution_{name}")

    def graded(cell: str, **points: int) -> dict:
        first = {"grade": bool(points), "grade_id": f"ex{n}-{cell}", "locked": bool(points)}
        return {"nbgrader": first | points | {"schema_version": 3, "solution": not points, "task": False}}

    cells = {
        "": new_markdown_cell(f"### Exercise {shown} — {title}\n\n{TASK}{FORM[kind]}{HINTS}"),
        "-answer": new_code_cell(answer.rstrip(), metadata=graded("answer")),
        "-check": new_code_cell(f"from exercises import check{check}", metadata=graded("check", points=points)),
        "-solution": new_code_cell(solution, metadata=FOLDED),
    }
    made = [nbformat.from_dict(dict(sorted((cell | {"id": f"ex{n}{end}"}).items()))) for end, cell in cells.items()]
    content.cells[-1:-1] = made  # before the last one
    nbformat.validate(content)
    text = json.dumps(split_lines(content), indent=1, ensure_ascii=False)  # nbformat.write would reorder the keys
    paths[notebook].write_text(f"{text}\n", encoding="utf-8", newline="\n")
    title, entry, kind = json.dumps(title, ensure_ascii=False), ENTRY[kind], kind.capitalize()
    return LEFT.format(number=number, path=paths[notebook], notebook=notebook, title=title, entry=entry, kind=kind)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m exercises.new", description="Add an exercise to a notebook.")
    parser.add_argument("notebook", metavar="NOTEBOOK", help="the two digits that its file begins with, such as 03")
    parser.add_argument("title", metavar="TITLE", help='in quotes, such as "The lost minus"')
    parser.add_argument("--kind", choices=ANSWER, required=True)
    parser.add_argument("--points", type=int, choices=(1, 2, 3), default=1, help="more than 1 for a function only")
    try:
        print(add_exercise(**vars(parser.parse_args())))
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
