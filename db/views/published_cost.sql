-- One row per data set: by what its contact_profit was computed, and why where there is none
select
    dataset.name as dataset, -- the name given with --dataset
    case
        when contact_cost.basis = 'rule' then null else contact_cost.contact_cost
    end as contact_cost, -- money per contacted customer
    case
        when contact_cost.basis = 'rule' then null else contact_cost.incentive
    end as incentive, -- money per customer who takes it
    case
        when contact_cost.basis in ('rule', 'answer') then null
        else contact_cost.success_rate
    end as success_rate, -- share of leavers who stay once contacted; null where nobody is said to leave
    case
        when contact_cost.basis in ('rule', 'answer') then null
        else contact_cost.staying_accept
    end as staying_accept, -- share of those staying anyway who take the incentive; null likewise
    case
        when contact_cost.basis = 'rule' then null else contact_cost.margin
    end as margin, -- share of revenue that is kept; 1 where the source's profit is at stake
    case
        when contact_cost.basis in ('rule', 'answer', 'profit') then null
        else contact_cost.months
    end as months, -- months whose revenue is at stake; null where no revenue of orders is
    coalesce(contact_cost.basis, 'revenue') as basis, -- revenue or profit of leavers, answer (an order of whoever answers a campaign), or rule: no amount is known
    contact_cost.task, -- whose probability in published_prediction it takes; null by rule
    contact_cost.note -- what to mind, in sentences; null where all is as usual
from contact_cost
join published on published.run_id = contact_cost.run_id
join dataset on dataset.dataset_id = published.dataset_id
