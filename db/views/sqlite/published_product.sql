SELECT
  dataset.name AS dataset,
  product_sales.product,
  product_sales.description,
  product_sales.abc,
  product_sales.revenue,
  product_sales.pieces AS items,
  product_sales.orders,
  product_sales.customers,
  product_sales.returned_share,
  product_sales.category,
  product_sales.margin,
  product_sales.repeat_share
FROM product_sales
JOIN published
  ON published.run_id = product_sales.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
