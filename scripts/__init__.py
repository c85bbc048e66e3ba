"""Commands: arguments and composition, nothing else."""

import os

for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
"""Numerical libraries work on one thread, as `pipeline.threads` wants it. Told before they are
loaded, they don't start others that would only wait."""
