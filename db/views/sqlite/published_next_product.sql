SELECT
  dataset.name AS dataset,
  next_product.customer_id,
  next_product.place,
  next_product.product,
  next_product.because
FROM next_product
JOIN published
  ON published.run_id = next_product.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
