SELECT
  dataset.name AS dataset,
  CASE WHEN contact_cost.basis = 'rule' THEN NULL ELSE contact_cost.contact_cost END AS contact_cost,
  CASE WHEN contact_cost.basis = 'rule' THEN NULL ELSE contact_cost.incentive END AS incentive,
  CASE
    WHEN contact_cost.basis IN ('rule', 'answer')
    THEN NULL
    ELSE contact_cost.success_rate
  END AS success_rate,
  CASE
    WHEN contact_cost.basis IN ('rule', 'answer')
    THEN NULL
    ELSE contact_cost.staying_accept
  END AS staying_accept,
  CASE WHEN contact_cost.basis = 'rule' THEN NULL ELSE contact_cost.margin END AS margin,
  CASE
    WHEN contact_cost.basis IN ('rule', 'answer', 'profit')
    THEN NULL
    ELSE contact_cost.months
  END AS months,
  COALESCE(contact_cost.basis, 'revenue') AS basis,
  contact_cost.task,
  contact_cost.note
FROM contact_cost
JOIN published
  ON published.run_id = contact_cost.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
