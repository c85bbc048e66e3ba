"""Every page of the portal, one folder each; none knows another."""
