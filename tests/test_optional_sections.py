"""The optional sections of notebooks: collapsed, after the core, and nothing else changes when they are left out."""

import ast
import builtins
import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from nbclient import NotebookClient
from nbval.plugin import get_sanitize_patterns
from test_notebooks import ROOT, each_notebook, read, source, text, tree

COLLAPSED = "jp-MarkdownHeadingCollapsed"


class Part(NamedTuple):
    """Some consecutive cells: the core, one optional section, or what comes after them."""

    title: str
    cells: list[dict]


def parts(path: Path) -> list[Part]:
    """Split a notebook where an optional section begins, and where the last of them ends."""
    found = [Part("core", [])]
    for cell in read(path)["cells"]:
        heading = re.match(r"## (.+)", source(cell)) if cell["cell_type"] == "markdown" else None
        if heading and (heading[1].startswith("Optional: ") or found[-1].title.startswith("Optional: ")):
            found.append(Part(heading[1], []))
        found[-1].cells.append(cell)
    return found


def code(part: Part) -> list[dict]:
    return [cell for cell in part.cells if cell["cell_type"] == "code"]


# Names ----------------------------------------------------------------------------------------------------------


class Names(ast.NodeVisitor):
    """What a cell binds, and what it takes from other cells: names that it reads before it binds them."""

    def __init__(self, cell: dict) -> None:
        self.bound: set[str] = set()
        self.taken: set[str] = set()
        self.visit(tree(cell))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.taken |= {node.id} - self.bound - set(dir(builtins))
        else:
            self.bound.add(node.id)

    def visit_all(self, *nodes: ast.AST | list[ast.AST]) -> None:
        """Visit in the order of execution, which is not always that of the source."""
        for node in nodes:
            for item in node if isinstance(node, list) else [node]:
                self.visit(item)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit_all(node.value, node.targets)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.taken |= {node.target.id} - self.bound
        self.visit_all(node.value, node.target)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.bound |= {node.name} - {None}
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self.visit_all(node.iter, node.target, node.body, node.orelse)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        """Leave imports aside: whoever imports a name again means the same thing."""

    visit_ImportFrom = visit_Import

    def visit_scope(self, inside: list[ast.AST], own: set[str]) -> None:
        """Visit what has names of its own."""
        before, self.bound = self.bound, self.bound | own
        self.visit_all(inside)
        self.bound = before

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.bound.add(node.name)
        self.visit_all(node.args.defaults)
        self.visit_scope(node.body, parameters(node.args) | {*locals_of(node.body)})

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit_all(node.args.defaults)
        self.visit_scope([node.body], parameters(node.args))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.bound.add(node.name)
        self.visit_all(node.bases)
        self.visit_scope(node.body, set())

    def visit_comprehension_of(self, node: ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp) -> None:
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        steps = [item for part in node.generators for item in (part.iter, part.target, *part.ifs)]
        self.visit_scope([*steps, *results], set())

    visit_ListComp = visit_DictComp = visit_SetComp = visit_GeneratorExp = visit_comprehension_of


def parameters(arguments: ast.arguments) -> set[str]:
    return {node.arg for node in ast.walk(arguments) if isinstance(node, ast.arg)}


def locals_of(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that a function's body binds."""
    for node in (node for statement in body for node in ast.walk(statement)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name


def names(cells: list[dict]) -> Names:
    """Return what several cells together bind and take."""
    together = Names({"source": ""})
    for cell in cells:
        one = Names(cell)
        together.taken |= one.taken - together.bound
        together.bound |= one.bound
    return together


@each_notebook
def test_no_cell_overwrites_what_an_earlier_one_reads(path: Path) -> None:
    """Else, running the earlier cell again would fail or lie."""
    cells = [(cell["id"], Names(cell)) for part in parts(path) for cell in code(part)]
    overwritten = [
        f"{later} binds {name}, which {earlier} reads"
        for i, (earlier, reads) in enumerate(cells)
        for later, binds in cells[i + 1 :]
        for name in sorted(reads.taken & binds.bound)
    ]
    assert overwritten == []


@each_notebook
def test_an_optional_section_keeps_its_names_to_itself(path: Path) -> None:
    every = parts(path)
    for section in every[1:-1]:
        own = names(code(section))
        elsewhere = [names(code(part)) for part in every if part is not section]
        read_elsewhere = own.bound & set().union(*(part.taken for part in elsewhere))
        assert not read_elsewhere, f"{section.title} binds what cells outside read: {sorted(read_elsewhere)}"
        borrowed = own.taken & set().union(*(part.bound for part in elsewhere[1:])) - elsewhere[0].bound
        assert not borrowed, f"{section.title} reads what another section binds: {sorted(borrowed)}"


def test_the_rules_on_names_find_what_they_forbid() -> None:
    def cell(code: str) -> dict:
        return {"source": code}

    assert Names(cell("y = x\nx = 1")).taken == {"x"}
    assert Names(cell("x = 1\ny = x")).taken == set()
    assert Names(cell("x += 1")).taken == {"x"}
    assert Names(cell("def f(a):\n    b = a\n    return b + c")).taken == {"c"}
    assert Names(cell("[a for a in rows if a > least]")).taken == {"rows", "least"}
    assert Names(cell("for i in rows:\n    print(i)")).taken == {"rows"}
    assert Names(cell("for i in rows:\n    print(i)")).bound == {"i"}
    assert Names(cell("try:\n    f()\nexcept OSError as error:\n    print(error)")).taken == {"f"}
    assert Names(cell("class A(B):\n    def f(self):\n        self.x = y")).taken == {"B", "y"}


# Shape ----------------------------------------------------------------------------------------------------------


@each_notebook
def test_optional_sections_are_collapsed_and_stand_between_the_core_and_what_we_learned(path: Path) -> None:
    every = parts(path)
    assert len(every) > 2, "no optional section"
    assert every[-1].title == "What we learned"
    headings = [section.cells[0] for section in every[1:-1]]
    assert all(heading["metadata"].get(COLLAPSED) is True for heading in headings)
    collapsed = [cell["id"] for cell in read(path)["cells"] if cell["metadata"].get(COLLAPSED)]
    assert collapsed == [heading["id"] for heading in headings]
    for heading in headings:
        assert len(source(heading).split("\n\n")) > 1, f"{source(heading)}: say what is inside, and why one might care"


# Outputs --------------------------------------------------------------------------------------------------------


def plain(outputs: list[dict]) -> str:
    """Return the text of a cell's outputs, its pictures without their pixels, as nbval compares them."""
    shown = "".join(text(output["text"]) for output in outputs if output["output_type"] == "stream")
    for data in (output["data"] for output in outputs if "data" in output):
        shown += text(data.get("text/html", data.get("text/plain", "")))
    for pattern, replacement in get_sanitize_patterns((ROOT / "tests/nbval_sanitize.cfg").read_text(encoding="utf-8")):
        shown = re.sub(pattern, replacement, shown)
    return shown


@pytest.mark.slow
@pytest.mark.skipif("'slow' not in config.option.markexpr", reason="takes a minute: python -m pytest -m slow")
@each_notebook
def test_core_and_exercises_come_out_the_same_without_the_optional_sections(path: Path) -> None:
    optional = {cell["id"] for section in parts(path)[1:-1] for cell in section.cells}
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in optional]
    stored = [copy.deepcopy(cell) for cell in notebook.cells]
    NotebookClient(notebook, resources={"metadata": {"path": path.parent}}).execute()
    for before, after in zip(stored, notebook.cells, strict=True):
        assert plain(after.get("outputs", [])) == plain(before.get("outputs", [])), before.id
