"""What everything stands on: errors, wording, checked frames, plain YAML."""
