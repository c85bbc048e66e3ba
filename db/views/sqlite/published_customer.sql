SELECT
  dataset.name AS dataset,
  customer_result.as_of,
  customer_result.customer_id,
  customer_result.segment,
  customer_result.recency_days,
  customer_result.frequency,
  customer_result.monetary,
  customer_result.average_basket,
  customer_result.tenure_days,
  customer_result.is_outlier,
  customer_result.churn_probability,
  customer_result.churn_low,
  customer_result.churn_high,
  customer_result.risk_band,
  customer_result.risk_value,
  customer_result.value_at_stake,
  customer_result.contact_profit,
  customer_result.clv_12m,
  customer_result.clv_12m_low,
  customer_result.clv_12m_high,
  customer_result.value_band,
  customer_result.p_alive,
  customer_result.expected_orders_90d,
  customer_result.country,
  customer_result.answer_probability,
  customer_result.contact_reason,
  customer_result.next_order_on,
  customer_result.next_product
FROM customer_result
JOIN published
  ON published.run_id = customer_result.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
