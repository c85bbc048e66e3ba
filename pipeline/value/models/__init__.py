"""Models of orders and of spend, and how they are fitted and chosen."""
