WITH told AS (
  SELECT
    customer_attribute.run_id,
    customer_attribute.customer_id,
    attribute.attribute,
    CASE attribute.attribute
      WHEN 'gender'
      THEN customer_attribute.gender
      WHEN 'country'
      THEN customer_attribute.country
      WHEN 'city'
      THEN customer_attribute.city
      WHEN 'education'
      THEN customer_attribute.education
      WHEN 'marital_status'
      THEN customer_attribute.marital_status
      WHEN 'membership'
      THEN customer_attribute.membership
      WHEN 'response'
      THEN customer_attribute.response
      WHEN 'complain'
      THEN customer_attribute.complain
      WHEN 'discount_applied'
      THEN customer_attribute.discount_applied
      WHEN 'satisfaction'
      THEN customer_attribute.satisfaction
      WHEN 'activity'
      THEN customer_attribute.activity
      WHEN 'service_type'
      THEN customer_attribute.service_type
      WHEN 'messages_allowed'
      THEN customer_attribute.messages_allowed
      WHEN 'favourite_category'
      THEN customer_attribute.favourite_category
    END AS word,
    CASE attribute.attribute
      WHEN 'age'
      THEN customer_attribute.age
      WHEN 'income'
      THEN customer_attribute.income
      WHEN 'children'
      THEN customer_attribute.children
      WHEN 'recency_days'
      THEN customer_attribute.recency_days
      WHEN 'frequency'
      THEN customer_attribute.frequency
      WHEN 'monetary'
      THEN customer_attribute.monetary
      WHEN 'average_basket'
      THEN customer_attribute.average_basket
      WHEN 'tenure_days'
      THEN customer_attribute.tenure_days
      WHEN 'spend_wines'
      THEN customer_attribute.spend_wines
      WHEN 'spend_fruits'
      THEN customer_attribute.spend_fruits
      WHEN 'spend_meat'
      THEN customer_attribute.spend_meat
      WHEN 'spend_fish'
      THEN customer_attribute.spend_fish
      WHEN 'spend_sweets'
      THEN customer_attribute.spend_sweets
      WHEN 'spend_gold'
      THEN customer_attribute.spend_gold
      WHEN 'purchases_web'
      THEN customer_attribute.purchases_web
      WHEN 'purchases_catalogue'
      THEN customer_attribute.purchases_catalogue
      WHEN 'purchases_store'
      THEN customer_attribute.purchases_store
      WHEN 'purchases_deals'
      THEN customer_attribute.purchases_deals
      WHEN 'web_visits_month'
      THEN customer_attribute.web_visits_month
      WHEN 'campaigns_accepted'
      THEN customer_attribute.campaigns_accepted
      WHEN 'items_purchased'
      THEN customer_attribute.items_purchased
      WHEN 'average_rating'
      THEN customer_attribute.average_rating
      WHEN 'marketing_6_months'
      THEN customer_attribute.marketing_6_months
      WHEN 'marketing_this_month'
      THEN customer_attribute.marketing_this_month
      WHEN 'promotional_share'
      THEN customer_attribute.promotional_share
      WHEN 'categories_per_visit'
      THEN customer_attribute.categories_per_visit
      WHEN 'unpaid_products'
      THEN customer_attribute.unpaid_products
      WHEN 'service_errors'
      THEN customer_attribute.service_errors
      WHEN 'pages_per_visit'
      THEN customer_attribute.pages_per_visit
      WHEN 'revenue_before_last_month'
      THEN customer_attribute.revenue_before_last_month
      WHEN 'revenue_last_month'
      THEN customer_attribute.revenue_last_month
      WHEN 'revenue_this_month'
      THEN customer_attribute.revenue_this_month
      WHEN 'minutes_last_month'
      THEN customer_attribute.minutes_last_month
      WHEN 'minutes_this_month'
      THEN customer_attribute.minutes_this_month
      WHEN 'profit'
      THEN customer_attribute.profit
    END AS number
  FROM attribute
  JOIN published
    ON published.run_id = attribute.run_id
  JOIN customer_attribute
    ON customer_attribute.run_id = attribute.run_id
  UNION ALL
  SELECT
    own_attribute.run_id,
    own_attribute.customer_id,
    SUBSTRING(attribute.attribute, INSTR(attribute.attribute, ': ') + 2),
    own_attribute.word,
    own_attribute.number
  FROM own_attribute
  JOIN published
    ON published.run_id = own_attribute.run_id
  JOIN attribute
    ON attribute.run_id = own_attribute.run_id
    AND attribute.position = own_attribute.position
  UNION ALL
  SELECT
    customer_attribute.run_id,
    customer_attribute.customer_id,
    'VIP',
    'yes',
    NULL
  FROM customer_attribute
  JOIN published
    ON published.run_id = customer_attribute.run_id
  WHERE
    customer_attribute.is_vip
  UNION ALL
  SELECT
    customer_attribute.run_id,
    customer_attribute.customer_id,
    'passive',
    'yes',
    NULL
  FROM customer_attribute
  JOIN published
    ON published.run_id = customer_attribute.run_id
  WHERE
    customer_attribute.is_passive
  UNION ALL
  SELECT
    customer_attribute.run_id,
    customer_attribute.customer_id,
    'promotional',
    'yes',
    NULL
  FROM customer_attribute
  JOIN published
    ON published.run_id = customer_attribute.run_id
  WHERE
    customer_attribute.is_promotional
  UNION ALL
  SELECT
    customer_attribute.run_id,
    customer_attribute.customer_id,
    'new',
    'yes',
    NULL
  FROM customer_attribute
  JOIN published
    ON published.run_id = customer_attribute.run_id
  WHERE
    customer_attribute.is_new
  UNION ALL
  SELECT
    customer_attribute.run_id,
    customer_attribute.customer_id,
    'wholesale',
    'yes',
    NULL
  FROM customer_attribute
  JOIN published
    ON published.run_id = customer_attribute.run_id
  WHERE
    customer_attribute.is_wholesale
  UNION ALL
  SELECT
    customer_result.run_id,
    customer_result.customer_id,
    'outlier',
    'yes',
    NULL
  FROM customer_result
  JOIN published
    ON published.run_id = customer_result.run_id
  WHERE
    customer_result.is_outlier
)
SELECT
  dataset.name AS dataset,
  told.customer_id,
  told.attribute,
  CASE
    WHEN told.number IS NULL
    THEN told.word
    WHEN ROUND(told.number) = told.number AND ABS(told.number) < 1000000000000000
    THEN CAST(CAST(told.number AS INTEGER) AS TEXT)
    ELSE CAST(CAST(ROUND(told.number * 10000) AS REAL) / 10000 AS TEXT)
  END AS value
FROM told
JOIN published
  ON published.run_id = told.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
WHERE
  NOT told.word IS NULL OR NOT told.number IS NULL
