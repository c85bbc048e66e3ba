-- One row per customer of the newest snapshot
select
    dataset.name as dataset, -- the name given with --dataset
    customer_result.as_of, -- day of the snapshot
    customer_result.customer_id, -- the source's own identifier, as text
    customer_result.segment, -- name of the customer's segment
    customer_result.recency_days, -- days since the latest standing order
    customer_result.frequency, -- standing orders
    customer_result.monetary, -- net value of the standing orders, money
    customer_result.average_basket, -- money per order
    customer_result.tenure_days, -- days since the first standing order
    customer_result.is_outlier, -- 1 for customers unlike all others; null where not looked for
    customer_result.churn_probability, -- of no order in the next 90 days; without orders, of the drop of activity that the source labels; 0 to 1
    customer_result.churn_low, -- lower end of its 95 % range
    customer_result.churn_high, -- upper end of its 95 % range
    customer_result.risk_band, -- likely to stay, unsure or likely to leave, by probability
    customer_result.risk_value, -- one of four groups by churn probability and value (clv_12m, else profit)
    customer_result.value_at_stake, -- revenue of the next months if there is an order; without orders the source's profit, money
    customer_result.contact_profit, -- expected of contacting the customer, by published_cost, money
    customer_result.clv_12m, -- discounted revenue expected in the next 12 months, money
    customer_result.clv_12m_low, -- lower end of its 90 % interval
    customer_result.clv_12m_high, -- upper end of its 90 % interval
    customer_result.value_band, -- low, middle or high by clv_12m, else profit; the amounts hold from run to run
    customer_result.p_alive, -- probability of still being a customer, 0 to 1
    customer_result.expected_orders_90d, -- orders expected in the next 90 days
    customer_result.country, -- of the latest standing order
    customer_result.answer_probability, -- of answering a campaign, 0 to 1, where the source tells who did; out of fold
    customer_result.contact_reason, -- why a rule names the customer: unsatisfied, long silent or both; null where profits are known
    customer_result.next_order_on, -- last order plus the expected gap between orders; null where p_alive is below one half
    customer_result.next_product -- likely to be bought next and new to the customer, by its description; null where popularity tells as much
from customer_result
join published on published.run_id = customer_result.run_id
join dataset on dataset.dataset_id = published.dataset_id
