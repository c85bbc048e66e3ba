SELECT
  dataset.name AS dataset,
  demography.customer_id,
  demography.age,
  demography.gender,
  demography.country,
  demography.city,
  demography.education,
  demography.marital_status,
  demography.income,
  demography.children,
  demography.membership
FROM demography
JOIN published
  ON published.run_id = demography.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
