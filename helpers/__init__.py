"""Small helpers that the notebooks import by name, one module a job.

The modules form a ladder; each imports only from rungs above it:

==================  =====================================================
``validation``      one clear error for each kind of bad input
``datasets``        the data sets of the course, as tensors
``training``        the full-batch training loop of notebook 03
``ensembles``       many logistic regressions trained at once
``newton``          logistic regression by Newton's method
``grids``           a loss or a probability computed on a grid of points
``plots``           Axes in, Axes out
``diagrams``        boxes and arrows, laid out by Graphviz
``display``         a figure shown with its alt text
``playgrounds``     sliders beside a picture
``checks``          the exercises of the notebooks, and their check cells
==================  =====================================================

The look of all pictures is ``course.mplstyle``; a notebook switches it on
with ``plt.style.use("helpers.course")``.
"""
