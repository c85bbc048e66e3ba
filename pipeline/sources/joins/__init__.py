"""How several tables are one table of orders: links, what each adds, the plan, the merging."""
