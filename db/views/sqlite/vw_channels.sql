SELECT
  dataset.name AS dataset,
  channel_use.customer_id,
  channel_use.channel,
  channel_use.is_online,
  channel_use.purchases
FROM channel_use
JOIN published
  ON published.run_id = channel_use.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
