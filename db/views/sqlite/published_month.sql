SELECT
  dataset.name AS dataset,
  monthly_sales.month,
  monthly_sales.is_complete AS complete,
  monthly_sales.revenue,
  monthly_sales.orders,
  monthly_sales.customers,
  monthly_sales.new_customers,
  monthly_sales.items,
  monthly_sales.returned_revenue
FROM monthly_sales
JOIN published
  ON published.run_id = monthly_sales.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
