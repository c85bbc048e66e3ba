SELECT
  dataset.name AS dataset,
  product_stock.product,
  product_stock.abc,
  product_stock.state,
  product_stock.idle_days,
  product_stock.weekly_demand,
  product_stock.lead_time_days,
  product_stock.service_level,
  product_stock.expected_demand,
  product_stock.reorder_point,
  product_stock.safety_stock,
  product_stock.on_hand,
  product_stock.order_now
FROM product_stock
JOIN published
  ON published.run_id = product_stock.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
