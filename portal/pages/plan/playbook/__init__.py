"""The playbook, edited as a form or as text, in versions."""
