"""What the browser follows: assets/portal.js asks what goes on and fills these stores."""

NOW = "jobs-now"
"""The job followed: changes with every step of it."""
REVISION = "jobs-revision"
"""A text that changes when a job begins or ends, or a data set changes its name."""
