WITH standing AS (
  SELECT
    snapshot.as_of,
    snapshot.as_of_day,
    order_state.customer_id,
    snapshot.as_of_day - MAX(order_state.ordered_day) AS recency_days,
    COUNT(*) AS frequency,
    SUM(order_state.net) AS monetary,
    snapshot.as_of_day - MIN(order_state.ordered_day) AS tenure_days,
    MAX(order_state.place) AS latest
  FROM snapshot
  JOIN order_state
    ON order_state.run_id = snapshot.run_id
    AND order_state.from_day <= snapshot.as_of_day
    AND order_state.to_day > snapshot.as_of_day
  WHERE
    snapshot.run_id = :run_id AND order_state.net > 0
  GROUP BY
    snapshot.as_of,
    snapshot.as_of_day,
    order_state.customer_id
)
SELECT
  standing.as_of,
  standing.customer_id,
  standing.recency_days,
  standing.frequency,
  standing.monetary,
  standing.tenure_days,
  latest.country
FROM standing
JOIN order_state AS latest
  ON latest.run_id = :run_id
  AND latest.customer_id = standing.customer_id
  AND latest.place = standing.latest
  AND latest.from_day <= standing.as_of_day
  AND latest.to_day > standing.as_of_day
ORDER BY
  standing.as_of NULLS LAST,
  standing.customer_id NULLS LAST
