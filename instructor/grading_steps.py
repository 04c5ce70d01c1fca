"""Two steps of grading that nbgrader leaves to us: exercises made whole again, and notebooks run to their end."""

import nbformat
from add_assignment import GRADING
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

MAX_LEFT_OUT = 3  # cells of one submission: each costs a timeout and another run


class RestoreExercises(NbGraderPreprocessor):
    """Give the exercises of a submission the cells and the metadata that were handed out.

    nbgrader restores the source and the points of a check cell, too, but gives up the whole submission if the rest of
    the metadata is damaged, and believes a tag that keeps a check from being run. So each check becomes what was
    handed out, wherever it stands; if it was deleted, it is put before the next exercise. An answer keeps its source.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        where = resources["nbgrader"]
        released = GRADING / "release" / where["assignment"] / f"{where['notebook']}.ipynb"
        handed_out = nbformat.read(released, as_version=4).cells
        exercises = {cell.metadata.nbgrader.grade_id: cell for cell in handed_out if "nbgrader" in cell.metadata}

        places = {}  # of a cell that was copied, the last
        for index, cell in enumerate(nb.cells):
            metadata = cell.metadata.pop("nbgrader", None)
            name = str(metadata.get("grade_id")) if isinstance(metadata, dict) else ""
            places[name if name in exercises else cell.get("id")] = index

        missing = []
        before = len(nb.cells)
        for name, cell in reversed(exercises.items()):
            if name in places:
                before = places[name]
                source = cell.source if cell.metadata.nbgrader.locked else nb.cells[before].source
                nb.cells[before] = restored(cell, source)
            elif cell.metadata.nbgrader.grade:
                missing.append((before, restored(cell, cell.source)))
        for index, cell in sorted(missing, key=lambda pair: pair[0], reverse=True):
            nb.cells.insert(index, cell)
        return nb, resources


def restored(cell: NotebookNode, source: str) -> NotebookNode:
    return new_code_cell(source, id=cell.id, metadata={"nbgrader": cell.metadata.nbgrader})


class ExecuteToTheEnd(Execute):
    """Run a submission again without the cell that ended its kernel, or that no interrupt could stop.

    Execute interrupts a cell after its timeout, notes the error and goes on. That does not help where the cell catches
    the interrupt, or ends the process: then nbgrader would give no marks at all.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict, km=None) -> tuple[NotebookNode, ResourcesDict]:
        self.left_out: set[int] = set()
        while True:
            try:
                return super().preprocess(nb, resources, km)
            except (CellTimeoutError, DeadKernelError) as error:
                if len(self.left_out) == MAX_LEFT_OUT:
                    raise
                self.log.warning("Cell %d: %s. All is run again without it.", self.running, type(error).__name__)
                self.left_out.add(self.running)

    def preprocess_cell(self, cell: NotebookNode, resources: ResourcesDict, index: int):
        self.running = index
        if index in self.left_out:
            message = "This cell ended Python, or ran for ever and could not be interrupted. It was left out."
            cell.outputs = [new_output("error", ename="LeftOut", evalue=message, traceback=[message])]
            return cell, resources
        cell, resources = super().preprocess_cell(cell, resources, index)
        for output in cell.get("outputs", []):
            # The verdict stands above it. Where it was raised helps nobody.
            if output.get("ename") == "NotCorrectError":
                output.traceback = ["No points."]
        return cell, resources
