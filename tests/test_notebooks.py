"""The notebooks as files: complete, linked, and described for those who cannot see the pictures."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise, takewhile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbval.plugin import find_comment_markers, find_metadata_tags, get_sanitize_patterns

from exercises import EXERCISES
from exercises.kinds import Function

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

N_EXERCISES = range(4, 7)
MIN_CHECKPOINTS = 3
MIN_ALT_LENGTH = 10
MAX_UNCOMPARED = 3  # in the whole course
# What a stored notebook may say of itself; no timestamps, no widget state, nothing personal.
NOTEBOOK_METADATA = {"kernelspec", "language_info"}
CELL_METADATA = {"tags", "nbval-reason", "jupyter", "nbgrader", "jp-MarkdownHeadingCollapsed"}
DOWNLOADERS = {"urllib", "requests", "httpx", "torchvision"}

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


# What a notebook holds ------------------------------------------------------------------------------------------


@cache
def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def cells(path: Path, cell_type: str) -> list[dict]:
    return [cell for cell in read(path)["cells"] if cell["cell_type"] == cell_type]


def begins_exercises(cell: dict) -> bool:
    return cell["cell_type"] == "markdown" and source(cell).startswith("## Exercises\n")


def lesson(path: Path, *cell_types: str) -> list[dict]:
    """Return the cells before the exercises, of some types or of all."""
    before = takewhile(lambda cell: not begins_exercises(cell), read(path)["cells"])
    return [cell for cell in before if not cell_types or cell["cell_type"] in cell_types]


class Exercise(NamedTuple):
    """The four cells of an exercise, and its number in the notebook."""

    number: int
    task: dict
    answer: dict
    check: dict
    solution: dict


def exercises(path: Path) -> list[Exercise]:
    """Return the exercises between the heading of that name and the last cell."""
    after = read(path)["cells"][len(lesson(path)) + 1 : -1]
    assert len(after) % 4 == 0, "an exercise has four cells: task, answer, check, solution"
    return [Exercise(i // 4 + 1, *after[i : i + 4]) for i in range(0, len(after), 4)]


def folded(cell: dict, summary: str) -> list[str]:
    """Return the texts that the reader has to unfold."""
    return re.findall(rf"<details><summary>{summary}</summary>\n\n(.+?)\n\n</details>", source(cell), flags=re.S)


def names_bound(cell: dict) -> set[str]:
    """Return what a cell defines or assigns at its top level."""
    stored = [node for node in executed(tree(cell)) if isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef)]
    return {
        node.name if not isinstance(node, ast.Name) else node.id
        for node in stored
        if not isinstance(node, ast.Name) or isinstance(node.ctx, ast.Store)
    }


def text(lines: str | list[str]) -> str:
    """Join what nbformat may store as one string or as its lines."""
    return "".join(lines)


def source(cell: dict) -> str:
    return text(cell["source"])


def tree(cell: dict) -> ast.Module:
    return ast.parse(TransformerManager().transform_cell(source(cell)))


def called(node: ast.AST) -> str:
    """Return the last name of a called function: ``subplots`` of ``plt.subplots()``; empty if it is no call."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "id", getattr(function, "attr", ""))


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Walk over what runs when the cell runs: not over the bodies of functions."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from executed(child)


def imports(node: ast.AST) -> list[str]:
    """Return the names of the imported modules."""
    found = []
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            found += [alias.name for alias in child.names]
        elif isinstance(child, ast.ImportFrom):
            found.append(child.module or "")
    return found


def outputs(path: Path) -> list[tuple[dict, dict]]:
    return [(cell, output) for cell in cells(path, "code") for output in cell["outputs"]]


class Pictures(HTMLParser):
    """The alt texts of the <img> elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.alts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.alts.append(dict(attrs).get("alt") or "")


def prose(cell: dict) -> str:
    """Return a markdown cell without its code, where brackets are no links and # is no heading."""
    return re.sub(r"```.*?```|`[^`\n]*`", "code", source(cell), flags=re.DOTALL)


def without_formulas(markdown: str) -> str:
    return re.sub(r"\$\$.*?\$\$|\$.*?\$", "formula", markdown, flags=re.DOTALL)


def links(markdown: str) -> list[str]:
    """Return the targets of links and pictures, Markdown or HTML."""
    return re.findall(r"\]\(<?([^)\s>]+)", markdown) + re.findall(r"(?:href|src)=\"([^\"]+)\"", markdown)


def anchors(path: Path) -> set[str]:
    """Return the anchors of a notebook's headings, as Jupyter makes them, or of a Markdown file's, as GitHub does."""
    if path.suffix == ".ipynb":
        headings = [h for cell in cells(path, "markdown") for h in re.findall(r"^#+ (.+)", source(cell), flags=re.M)]
        return {re.sub(r"[`*]", "", heading).strip().replace(" ", "-") for heading in headings}
    headings = re.findall(r"^#+ (.+)", path.read_text(encoding="utf-8"), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


# The course as a whole ------------------------------------------------------------------------------------------


def test_there_are_notebooks_numbered_without_a_gap() -> None:
    assert NOTEBOOKS
    names = [re.fullmatch(r"(\d\d)_[a-z][a-z0-9_]*", path.stem) for path in NOTEBOOKS]
    assert all(names), [path.name for path in NOTEBOOKS]
    numbers = [int(name[1]) for name in names]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@each_notebook
def test_readme_lists_it_with_its_minutes(path: Path) -> None:
    rows = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    row = next((row for row in rows if f"](notebooks/{path.name})" in row), "")
    assert row, f"no row of README's table links {path.name}"
    minutes = re.search(r"About (\d+) minutes\.", source(read(path)["cells"][0]))
    assert minutes
    assert f"| {minutes[1]} min |" in row


def test_few_cells_are_not_compared_and_each_says_why() -> None:
    """nbval skips these: for each, a reason in the metadata or in a comment, as in ``# Not compared: timings vary``."""
    uncompared = []
    for path in NOTEBOOKS:
        for cell in cells(path, "code"):
            options = {**dict(find_metadata_tags(cell["metadata"])), **dict(find_comment_markers(source(cell)))}
            if options.get("skip") or options.get("check") is False:
                uncompared.append(f"{path.name}: {source(cell)}")
                reason = re.search(r"^# Not compared: \S.+", source(cell), flags=re.M)
                assert reason or cell["metadata"].get("nbval-reason"), uncompared[-1]
    assert len(uncompared) <= MAX_UNCOMPARED, uncompared


def test_each_term_is_defined_once() -> None:
    """A term is bold, with the Korean one in brackets, where it is defined; elsewhere it is plain."""
    found = [
        (korean, path.name)
        for path in NOTEBOOKS
        for cell in cells(path, "markdown")
        for korean in re.findall(r"\*\*[^*]+\*\*[^()*]{0,3}\(([^()]*[가-힣][^()]*)\)", source(cell))
    ]
    assert len(found) > 30
    terms = [korean for korean, _ in found]
    assert [(korean, name) for korean, name in found if terms.count(korean) > 1] == []


def test_nbval_compares_alt_texts_and_leaves_pixels_alone() -> None:
    patterns = get_sanitize_patterns((ROOT / "tests/nbval_sanitize.cfg").read_text(encoding="utf-8"))

    def sanitized(alt: str, data: str, kind: str = "png") -> str:
        page = f'<img alt="{alt}" width="600" src="data:image/{kind};base64,{data}">'
        for pattern, replacement in patterns:
            page = re.sub(pattern, replacement, page)
        return page

    assert sanitized("A curve", "iVBORw0K+/8=") == sanitized("A curve", "iVBORw0KGgo=")
    assert sanitized("A box", "PHN2Zz4=", "svg+xml") == sanitized("A box", "PHN2ZyA+", "svg+xml")
    assert sanitized("A curve", "iVBORw0KGgo=") != sanitized("A line", "iVBORw0KGgo=")


# Each notebook as a file ----------------------------------------------------------------------------------------


@each_notebook
def test_is_valid_with_unique_cell_ids(path: Path) -> None:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    ids = [cell.get("id") for cell in read(path)["cells"]]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    nbformat.validate(notebook)


@each_notebook
def test_metadata_say_only_what_is_needed(path: Path) -> None:
    metadata = read(path)["metadata"]
    assert set(metadata) == NOTEBOOK_METADATA
    assert metadata["kernelspec"]["name"] == "python3"
    assert metadata["language_info"]["name"] == "python"
    assert {key for cell in read(path)["cells"] for key in cell["metadata"]} <= CELL_METADATA
    assert not [output["metadata"] for _, output in outputs(path) if output.get("metadata")]


@each_notebook
def test_was_run_from_top_to_bottom(path: Path) -> None:
    counts = [cell["execution_count"] for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1))


@each_notebook
def test_stores_the_outputs_of_what_it_shows(path: Path) -> None:
    """nbval passes a notebook that stores neither counts nor outputs: then it has proved nothing."""
    shows = {"print", "show", "display", "check"}
    for cell in cells(path, "code"):
        body = tree(cell).body
        last = body[-1] if body else None
        ends_in_value = isinstance(last, ast.Expr) and not isinstance(last.value, ast.Call | ast.Constant)
        prints = any(isinstance(line, ast.Expr) and called(line.value) in shows for line in body)
        assert cell["outputs"] or not (ends_in_value or prints), f"no output stored:\n{source(cell)}"
    with_outputs = [cell for cell in cells(path, "code") if cell["outputs"]]
    assert 2 * len(with_outputs) >= len(cells(path, "code"))


@each_notebook
def test_outputs_hold_no_warning_no_error_and_no_repr(path: Path) -> None:
    for cell, output in outputs(path):
        where = f"output of:\n{source(cell)}"
        assert output.get("name") != "stderr", where
        assert output["output_type"] != "error" or "raises-exception" in cell["metadata"].get("tags", []), where
        shown = text(output.get("text", "")) + text(output.get("data", {}).get("text/plain", ""))
        assert not re.search(r" at 0x[0-9a-f]+>|<Figure size|<Axes|<matplotlib\.|^\[?Text\(", shown), where


@each_notebook
def test_pictures_are_pages_with_alt_text(path: Path) -> None:
    for cell, output in outputs(path):
        data = output.get("data", {})
        where = f"output of:\n{source(cell)}"
        assert not [kind for kind in data if kind.startswith("image/")], where
        assert all(len(alt) >= MIN_ALT_LENGTH for alt in Pictures(text(data.get("text/html", ""))).alts), where
        # A viewer without a kernel shows nothing of a widget.
        assert "application/vnd.jupyter.widget-view+json" not in data or "text/html" in data, where
    for cell in cells(path, "markdown"):
        alts = Pictures(prose(cell)).alts + re.findall(r"!\[(.*?)\]", prose(cell))
        assert all(len(alt) >= MIN_ALT_LENGTH for alt in alts), source(cell)


# Each notebook as a lesson --------------------------------------------------------------------------------------


@each_notebook
def test_opens_with_title_question_objectives_and_minutes(path: Path) -> None:
    first = read(path)["cells"][0]
    assert first["cell_type"] == "markdown"
    assert re.match(rf"# {path.stem[:2]}\. \S", source(first))
    assert "?" in source(first)
    assert len(re.findall(r"^(?:\d+\.|[-*]) ", source(first), flags=re.M)) >= 3
    assert re.search(r"\b\d+(–\d+)? minutes\b", source(first))


@each_notebook
def test_title_links_to_the_notebooks_before_and_after(path: Path) -> None:
    places = list(pairwise([None, *NOTEBOOKS, None]))
    before = next(left for left, right in places if right == path)
    after = next(right for left, right in places if left == path)
    title = source(read(path)["cells"][0])
    for word, neighbour in (("Previous", before), ("Next", after)):
        linked = re.search(rf"\b{word}: [^·\n]*?\]\(([^)]+)\)", title)
        assert (linked and linked[1]) == (neighbour and neighbour.name), word


@each_notebook
def test_imports_helpers_by_name(path: Path) -> None:
    """The core in its second cell; an optional section may import what it alone needs."""
    second = read(path)["cells"][1]
    assert second["cell_type"] == "code"
    modules = imports(tree(second))
    assert modules
    of_helpers = [module.partition(".")[0] == "helpers" for module in modules]
    assert of_helpers == sorted(of_helpers), "helpers come last"
    assert any(of_helpers), "a notebook that imports no helper does not limit the threads of torch"
    core = takewhile(lambda cell: not source(cell).startswith("## Optional: "), lesson(path))
    in_core = [cell for cell in core if cell["cell_type"] == "code"]
    in_exercises = [cell for cell in cells(path, "code") if cell not in lesson(path)]
    for cell in cells(path, "code"):
        for node in ast.walk(tree(cell)):
            if cell in in_exercises and ast.unparse(node) == "from exercises import check":
                continue  # in each check cell, so that it holds even if a student takes the name for something else
            if isinstance(node, ast.Import):
                assert not any(alias.name.partition(".")[0] == "helpers" for alias in node.names), ast.unparse(node)
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert cell is second or cell not in in_core, ast.unparse(node)
            if isinstance(node, ast.ImportFrom):
                assert node.module != "helpers", ast.unparse(node)
                assert all(alias.name != "*" for alias in node.names), ast.unparse(node)


# Its checkpoints and exercises ----------------------------------------------------------------------------------


def test_every_exercise_of_the_checks_is_in_its_notebook_and_the_other_way_round() -> None:
    ids = [f"{path.stem[:2]}.{exercise.number}" for path in NOTEBOOKS for exercise in exercises(path)]
    assert ids == list(EXERCISES)


@each_notebook
def test_has_checkpoints_whose_answer_is_folded(path: Path) -> None:
    """A question just before the code cell that answers it."""
    asking = [i for i, cell in enumerate(lesson(path)) if "**Checkpoint.**" in source(cell)]
    assert len(asking) >= MIN_CHECKPOINTS
    for i in asking:
        cell = lesson(path)[i]
        assert re.search(r"\n\n\*\*Checkpoint\.\*\* [^<]*\?[^<]*\n\n<details><summary>Answer</summary>", source(cell))
        assert len(folded(cell, "Answer")) == source(cell).count("<details>") == 1, source(cell)
        assert source(cell).endswith("</details>"), source(cell)
        assert lesson(path)[i + 1]["cell_type"] == "code", source(cell)


@each_notebook
def test_exercises_stand_between_what_we_learned_and_further_reading(path: Path) -> None:
    last = lesson(path)[-1]
    assert source(last).startswith("## What we learned\n")
    assert "**Further reading.**" not in source(last)
    assert read(path)["cells"][len(lesson(path))]["id"] == "exercises"
    assert len(exercises(path)) in N_EXERCISES
    assert source(read(path)["cells"][-1]).startswith("**Further reading.**")


@each_notebook
def test_each_exercise_has_a_task_with_folded_hints(path: Path) -> None:
    for exercise in exercises(path):
        number = f"{int(path.stem[:2])}.{exercise.number}"
        title = EXERCISES[f"{path.stem[:2]}.{exercise.number}"].title
        assert exercise.task["cell_type"] == "markdown"
        assert exercise.task["id"] == f"ex{exercise.number}"
        assert source(exercise.task).splitlines()[0] == f"### Exercise {number} — {title}"
        hints = folded(exercise.task, r"Hint \d")
        assert 1 <= len(hints) == source(exercise.task).count("<details>"), number
        assert re.findall(r"<summary>Hint (\d)<", source(exercise.task)) == [str(i + 1) for i in range(len(hints))]


@each_notebook
def test_each_exercise_has_cells_to_answer_and_to_check(path: Path) -> None:
    """What nbgrader keeps, locks and scores is in the metadata."""
    for exercise in exercises(path):
        number, ex = f"{path.stem[:2]}.{exercise.number}", f"ex{exercise.number}"
        assert [exercise.answer["id"], exercise.check["id"]] == [f"{ex}-answer", f"{ex}-check"]
        assert exercise.answer["cell_type"] == exercise.check["cell_type"] == "code"
        points = exercise.check["metadata"]["nbgrader"].get("points")
        for cell, of_check in ((exercise.answer, False), (exercise.check, True)):
            expected = {
                "grade": of_check,
                "grade_id": cell["id"],
                "locked": of_check,
                "schema_version": 3,
                "solution": not of_check,
                "task": False,
            }
            assert cell["metadata"] == {"nbgrader": expected | ({"points": points} if of_check else {})}, cell["id"]
        assert points in ((1, 2, 3) if isinstance(EXERCISES[number], Function) else (1,)), number
        line = re.escape("from exercises import check\n\n") + rf'check\("{re.escape(number)}", (\w+)\)'
        checked = re.fullmatch(line, source(exercise.check))
        assert checked, source(exercise.check)
        assert names_bound(exercise.answer) == {checked[1]}, source(exercise.answer)
        placeholders = [node for node in ast.walk(tree(exercise.answer)) if getattr(node, "value", None) is ...]
        assert len(placeholders) == 1, source(exercise.answer)


@each_notebook
def test_each_solution_is_folded_says_why_and_leaves_the_answer_alone(path: Path) -> None:
    for exercise in exercises(path):
        cell, number = exercise.solution, f"{path.stem[:2]}.{exercise.number}"
        assert cell["cell_type"] == "code"
        assert cell["id"] == f"ex{exercise.number}-solution"
        assert cell["metadata"] == {"tags": ["solution"], "jupyter": {"source_hidden": True, "outputs_hidden": True}}
        # Of a folded cell JupyterLab shows the first line.
        first = re.escape(f"# Solution of exercise {number.removeprefix('0')}\n")
        assert re.match(first + r"#\n# \w.{20,}", source(cell)), source(cell)
        checked = re.search(rf'\n\ncheck\("{re.escape(number)}", (solution_\w+)\)$', source(cell))
        assert checked, source(cell)
        assert checked[1] in names_bound(cell), source(cell)
        assert not names_bound(cell) & names_bound(exercise.answer), source(cell)
        shown = [text(output.get("data", {}).get("text/plain", "")) for output in cell["outputs"]]
        assert shown == [f"Exercise {number.removeprefix('0')}: Correct."], shown  # nothing that gives it away


@each_notebook
def test_every_figure_is_shown_with_its_alt_text(path: Path) -> None:
    for cell in cells(path, "code"):
        calls = [node for node in executed(tree(cell)) if isinstance(node, ast.Call)]
        shows = [call for call in calls if called(call) == "show"]
        assert all("alt" in [keyword.arg for keyword in call.keywords] for call in shows), source(cell)
        draws = [name for name in map(called, calls) if re.match(r"(plot|draw)_|subplots$|figure$", name)]
        assert shows or not draws, f"{draws} without show in:\n{source(cell)}"


@each_notebook
def test_code_needs_no_download_and_no_place_on_the_disk(path: Path) -> None:
    for cell in cells(path, "code"):
        module = tree(cell)
        strings = [node.value for node in ast.walk(module) if isinstance(node, ast.Constant)]
        places = r"https?://|/\w|~/|[A-Za-z]:[\\/]"
        assert not [string for string in strings if isinstance(string, str) and re.match(places, string)], source(cell)
        assert not DOWNLOADERS & {name.partition(".")[0] for name in imports(module)}, source(cell)


@each_notebook
def test_local_links_lead_somewhere(path: Path) -> None:
    for cell in cells(path, "markdown"):
        for link in links(without_formulas(prose(cell))):
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = unquote(link).partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.is_relative_to(ROOT), link
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link
