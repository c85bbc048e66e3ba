"""Commands: arguments and composition, nothing else."""

import os

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Numerical libraries work on one thread, as `pipeline.threads` wants it. Told before they are
loaded, they don't start others that would only wait."""

for _name in ONE_THREAD:
    os.environ.setdefault(_name, "1")
