"""What contacting brings, by the costs and the playbook in force."""
