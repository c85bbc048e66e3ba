-- One row per product of class A or B, or of class C that lies idle
select
    dataset.name as dataset, -- the name given with --dataset
    product_stock.product, -- code
    product_stock.abc, -- class by revenue
    product_stock.state, -- order, enough, stock not known, too new or idle
    product_stock.idle_days, -- days since the last sale that stands
    product_stock.weekly_demand, -- mean pieces a week of the last 13
    product_stock.lead_time_days, -- from order to arrival
    product_stock.service_level, -- share of stretches in which stock is to suffice, 0 to 1
    product_stock.expected_demand, -- mean pieces over lead time and review
    product_stock.reorder_point, -- pieces to have on hand and on order at each review
    product_stock.safety_stock, -- of these, those above the mean demand
    product_stock.on_hand, -- pieces on hand and on order, as the file says
    product_stock.order_now -- pieces missing to the reorder point; null where not known
from product_stock
join published on published.run_id = product_stock.run_id
join dataset on dataset.dataset_id = published.dataset_id
