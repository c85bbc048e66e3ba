"""What is told of a source: doubts, remarks, faults, contents."""
