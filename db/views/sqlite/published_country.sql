SELECT
  dataset.name AS dataset,
  country_sales.country,
  country_sales.revenue,
  country_sales.orders,
  country_sales.customers,
  country_sales.average_basket,
  country_sales.returned_share,
  country_sales.iso
FROM country_sales
JOIN published
  ON published.run_id = country_sales.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
