"""Commands: arguments and composition, nothing else."""

import os

SETTLED = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
"""What libraries read as they are loaded, unless it is set already.

Numerical libraries work on one thread, as `pipeline.threads` wants it: told early, they don't
start others that would only wait. Arrow takes memory from the system's own allocator, which
touches fewer pages.
"""

for _name, _value in SETTLED.items():
    os.environ.setdefault(_name, _value)
