SELECT
  dataset.name AS dataset,
  category_spend.customer_id,
  category_spend.category,
  category_spend.spend
FROM category_spend
JOIN published
  ON published.run_id = category_spend.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
