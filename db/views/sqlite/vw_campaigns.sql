SELECT
  dataset.name AS dataset,
  campaign_response.customer_id,
  campaign_response.campaign,
  campaign_response.accepted
FROM campaign_response
JOIN published
  ON published.run_id = campaign_response.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
