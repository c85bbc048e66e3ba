"""What every run does beside its work: threads, timing, progress."""
