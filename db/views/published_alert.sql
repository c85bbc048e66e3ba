-- One row per rule for alerts that fired
select
    dataset.name as dataset, -- the name given with --dataset
    alert.position, -- order of the rules
    alert.rule, -- the rule in words
    alert.figure, -- the figure that the rule watches
    alert.subject, -- attribute or task, where the figure has several
    alert.kind, -- above, below, rises, falls or range
    alert.value, -- what the figure is
    alert.before, -- what it was in the update before, where the rule compares
    alert.threshold, -- limit of the rule; of a change a share, 0.3 is 30 %
    alert.sentence -- what happened, in words
from alert
join published on published.run_id = alert.run_id
join dataset on dataset.dataset_id = published.dataset_id
