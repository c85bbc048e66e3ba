SELECT
  dataset.name AS dataset,
  contact_cost.contact_cost,
  contact_cost.incentive,
  contact_cost.success_rate,
  contact_cost.staying_accept,
  contact_cost.margin,
  contact_cost.months
FROM contact_cost
JOIN published
  ON published.run_id = contact_cost.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
