"""Commands: arguments and composition, nothing else."""

import os
import sys

SETTLED = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    **({"ARROW_DEFAULT_MEMORY_POOL": "jemalloc"} if sys.platform == "linux" else {}),
}
"""What libraries read as they are loaded, unless it is set already.

Numerical libraries work on one thread, as `pipeline.run.threads` wants it; told early, they
don't start others that would only wait. Of Arrow's allocators jemalloc gives most memory
back, and all packages for Linux have it.
"""

for _name, _value in SETTLED.items():
    os.environ.setdefault(_name, _value)
