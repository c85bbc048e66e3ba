-- One row per customer and task of the newest snapshot
select
    dataset.name as dataset, -- the name given with --dataset
    customer_prediction.customer_id, -- the source's own identifier, as text
    customer_prediction.task, -- a task of published_model
    customer_prediction.predicted, -- the class that is most probable
    customer_prediction.probability, -- of the positive class, or of the predicted one of many
    customer_prediction.low, -- lower end of its 95 % range
    customer_prediction.high, -- upper end of its 95 % range
    customer_prediction.known -- 1 where the label is known; its probability is out of fold
from customer_prediction
join published on published.run_id = customer_prediction.run_id
join dataset on dataset.dataset_id = published.dataset_id
