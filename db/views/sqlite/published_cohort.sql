SELECT
  dataset.name AS dataset,
  cohort.by,
  cohort.cohort,
  cohort.month,
  cohort.customers,
  cohort.active,
  cohort.retention,
  cohort.revenue,
  cohort.cumulative_revenue_per_customer,
  cohort.orders,
  cohort.complete
FROM cohort
JOIN published
  ON published.run_id = cohort.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
