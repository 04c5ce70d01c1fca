"""Small helpers that the notebooks import by name, one module a job.

The modules form a ladder; each imports only from rungs above it:

===============  ====================================================
``validation``   the checks that stand before a silent wrong result
``datasets``     the data sets of the course, as tensors
``training``     the loop of notebook 03, for one model or for many
``newton``       logistic regression by Newton's method
``grids``        a loss or a probability on a grid of points
``styles``       what a colour, a marker and a line style mean
``plots``        pictures over one variable
``maps``         pictures over a plane
``evaluation``   pictures of how well a classifier does
``display``      a picture shown with its alt text
``diagrams``     boxes and arrows, drawn by Graphviz
``playgrounds``  sliders beside a picture
===============  ====================================================

The look of all pictures is ``course.mplstyle``; a notebook switches it on
with ``plt.style.use("helpers.course")``.
"""

import torch

# A class shares a machine. Threads of torch that wait for each other spin, so that three notebooks on two cores took
# eleven times as long as one; the tensors of this course are too small to gain anything from a second thread.
torch.set_num_threads(1)
