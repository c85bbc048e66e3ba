"""What pages read: the published run, filters, customers, and what several pages ask."""
