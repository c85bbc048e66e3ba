SELECT
  dataset.name AS dataset,
  product_pair.product,
  product_pair.with_product,
  product_pair.orders,
  product_pair.support,
  product_pair.confidence,
  product_pair.lift
FROM product_pair
JOIN published
  ON published.run_id = product_pair.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
