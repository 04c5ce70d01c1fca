"""Settings of nbgrader, which reads them when it is started in this folder."""

import os
import sys
from pathlib import Path

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    ComputeChecksums,
    IgnorePattern,
    LimitOutput,
    LockCells,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
    SaveCells,
)

sys.path.insert(0, str(Path(__file__).resolve().parent))
from add_assignment import GRADING
from grading_steps import ExecuteToTheEnd, RestoreExercises
from make_edition import ClearExercises

c = get_config()  # noqa: F821  nbgrader defines it

# nbgrader starts the program alembic, which pip puts beside Python.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

# Seconds that one cell of a submission may take.
c.Execute.timeout = 30

# All that nbgrader writes goes into one folder, which git ignores.
c.CourseDirectory.root = str(GRADING)
c.CsvExportPlugin.to = str(GRADING / "grades.csv")

# What is handed out: the student edition of the notebook, with its exercises locked and noted in the gradebook.
# ClearSolutions must not run: it would replace our placeholders.
c.GenerateAssignment.preprocessors = [
    TagRemovePreprocessor,
    ClearExercises,
    LockCells,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
]
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"solution"}
c.ClearExercises.enabled = True

# What is collected: notebooks of this assignment. A student is named by a folder, by a .zip, or by the first part of a
# name such as alice_03_logistic_regression.ipynb. Copies that JupyterLab and macOS make are no submissions.
c.FileNameCollectorPlugin.named_regexp = (
    r"(?!.*(?:\.ipynb_checkpoints|__MACOSX))"
    r".*[/\\]extracted[/\\](?P<student_id>[^/\\]+?)(?:_|[/\\](?:.*[/\\_])?)(?P<file_id>\d\d_[a-z][a-z_]*[a-z])[^/\\]*$"
)
c.ZipCollectApp.strict = True

# How it is graded.
c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    RestoreExercises,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    ExecuteToTheEnd,
    IgnorePattern,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
# To nbgrader anything on stderr is a failure. Here only an error is one, and a warning does no harm.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "(?s)."
# exercises notes when it is loaded that a notebook is being graded. So it is loaded before the student's code.
c.ExecuteToTheEnd.extra_arguments = ["--IPKernelApp.exec_lines=__import__('exercises')"]
