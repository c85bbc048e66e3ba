"""What every measure is called and what it means, in one sentence."""

from typing import NamedTuple


class Measure(NamedTuple):
    """What a measure is called and what it means."""

    title: str
    meaning: str


MEASURES = {
    "customers": Measure(
        "Customers",
        "People or firms with at least one order that still stands on the day shown.",
    ),
    "active_customers": Measure(
        "Active customers",
        "Customers with an order in the 90 days up to the day shown.",
    ),
    "orders": Measure(
        "Orders",
        "Invoices that still have a positive value after what was cancelled.",
    ),
    "revenue": Measure(
        "Revenue",
        "What customers paid for the goods they kept: cancellations are taken off, "
        "postage and fees don't count.",
    ),
    "recency": Measure(
        "Recency",
        "Days since the customer's latest order; fewer is better.",
    ),
    "frequency": Measure(
        "Frequency",
        "How many orders the customer has placed that were not cancelled.",
    ),
    "monetary": Measure(
        "Spend",
        "What the customer has spent in all, less what was cancelled.",
    ),
    "average_basket": Measure(
        "Average basket",
        "What the customer spends per order: spend divided by orders.",
    ),
    "tenure": Measure(
        "Tenure",
        "Days since the customer's first order.",
    ),
    "country": Measure(
        "Country",
        "Where the customer's latest order went.",
    ),
    "spend_band": Measure(
        "Spend band",
        "The fifth of customers who spend most, the fifth who spend least, and those between.",
    ),
    "risk_band": Measure(
        "Risk band",
        "Likely to stay, unsure or likely to leave by the chance of leaving alone; the borders"
        " are settings, by default 33 and 66 %.",
    ),
    "value_band": Measure(
        "Value band",
        "Low, middle or high by the lifetime value of 12 months. The two amounts between them"
        " are the terciles of the data set's first run, and hold from then on.",
    ),
    "rfm_scores": Measure(
        "RFM scores",
        "Recency, frequency and spend ranked from 1 to 5 among all customers of that "
        "day; 5 is the best fifth.",
    ),
    "segment": Measure(
        "Segment",
        "A group of customers who buy alike in recency, frequency and spend, found by "
        "clustering and named after where it lies.",
    ),
    "new": Measure(
        "New",
        "Customers whose first order is under 30 days old on the day shown (setting"
        " rules.new_days); they get the playbook's welcome, whatever their segment.",
    ),
    "share": Measure(
        "Share of customers",
        "This group's customers among all customers.",
    ),
    "revenue_share": Measure(
        "Revenue share",
        "This group's revenue among the revenue of all customers.",
    ),
    "concentration": Measure(
        "Concentration",
        "How much of the revenue the best customers bring, the most valuable counted first.",
    ),
    "stability": Measure(
        "Stability",
        "How alike a segment comes out when the customers are drawn again and scaled, projected"
        " and clustered anew (mean Jaccard): 0.85 and more is highly stable, 0.75 stable, 0.6"
        " doubtful, less is not to be trusted.",
    ),
    "silhouette": Measure(
        "Silhouette",
        "How much nearer customers are to their own segment than to the next, from −1 to 1;"
        " higher is better. Measured on what segments are made from, not on a projection.",
    ),
    "davies_bouldin": Measure(
        "Davies-Bouldin",
        "How much segments overlap compared with their distance; lower is better. Measured on"
        " what segments are made from, not on a projection.",
    ),
    "calinski_harabasz": Measure(
        "Calinski-Harabasz",
        "Spread between segments compared with the spread within them; higher is better."
        " Measured on what segments are made from, not on a projection.",
    ),
    "gap": Measure(
        "Gap statistic",
        "How much tighter the segments are than the same number in customers strewn evenly;"
        " higher is better. Measured where customers are clustered, in the projection if any.",
    ),
    "bic": Measure(
        "BIC",
        "How well a mixture fits for the number of things it had to learn (Bayesian information"
        " criterion); lower is better. Measured where customers are clustered.",
    ),
    "inertia": Measure(
        "Inertia",
        "Sum of squared distances of customers to their segment's centre; it always "
        "falls with more segments, look for the bend.",
    ),
    "smallest_share": Measure(
        "Smallest segment",
        "Share of customers in the smallest segment of that split; tiny ones are no segments.",
    ),
    "mutual_information": Measure(
        "Told by one attribute",
        "Share of what sets segments apart that an attribute alone tells (uncertainty"
        " coefficient), from 0 for nothing to 1 for everything.",
    ),
    "outlier": Measure(
        "Outlier",
        "A customer unlike all others; marked, and given the nearest segment.",
    ),
    "cancelled": Measure(
        "Cancelled",
        "Value of orders that was taken back later.",
    ),
    "anonymous_revenue": Measure(
        "Without a customer",
        "Revenue on lines that name no customer: counted in totals, in no segment.",
    ),
    "new_customers": Measure(
        "New customers",
        "Customers whose first order falls in that month.",
    ),
    "rows_read": Measure(
        "Rows read",
        "Every data row of every sheet and file of the source.",
    ),
    "rows_kept": Measure(
        "Rows kept",
        "Rows that no cleaning rule took out.",
    ),
    "churn_probability": Measure(
        "Chance of leaving",
        "How likely the customer is to place no order in the next 90 days; without orders, to"
        " be one whose activity drops by the source's own label.",
    ),
    "answer_probability": Measure(
        "Probability of answering",
        "How likely the customer is to answer a campaign, told without their own answer.",
    ),
    "expected_answers": Measure(
        "Expected answers",
        "Probabilities of answering of the contacted added up: so many of them would answer.",
    ),
    "expected_spend": Measure(
        "Expected spend",
        "Probability of answering times the mean spend of an order, added up over the"
        " contacted.",
    ),
    "answer_profit": Measure(
        "Expected profit",
        "Of contacting a customer who may answer: probability of answering × (mean spend of an"
        " order × margin − incentive), less the contact.",
    ),
    "clv_12m": Measure(
        "Lifetime value, 12 months",
        "Discounted revenue expected from the customer in the next 12 months.",
    ),
    "p_alive": Measure(
        "Still a customer",
        "Probability that the customer has not left for good.",
    ),
    "skew": Measure(
        "Skew",
        "How far a number leans: 0 is even to both sides, above 1 a few large values pull the"
        " mean up, below −1 a few small ones pull it down.",
    ),
    "outlier_number": Measure(
        "Outliers",
        "Values further than 1.5 interquartile ranges from the middle half.",
    ),
    "pearson": Measure(
        "Pearson",
        "How nearly two numbers lie on a line, from −1 to 1; large values weigh much.",
    ),
    "spearman": Measure(
        "Spearman",
        "How nearly two numbers rise together in rank, from −1 to 1; outliers hardly matter.",
    ),
    "phik": Measure(
        "Phik",
        "How much two attributes of any kind tell of each other, from 0 to 1; for two normal"
        " numbers it is the size of their correlation.",
    ),
    "named": Measure(
        "Named by a rule",
        "Customers to contact by a rule, as nothing tells what a contact would bring.",
    ),
    "expected_leavers": Measure(
        "Expected leavers",
        "Chances of leaving of the contacted added up: so many of them would leave.",
    ),
    "false_alarms": Measure(
        "False alarms",
        "The contacted who would have stayed anyway and take the incentive all the same.",
    ),
    "money_at_risk": Measure(
        "Money at risk",
        "Chance of leaving times the value at stake, added up over the customers.",
    ),
    "value_at_stake": Measure(
        "Value at stake",
        "Revenue of the next months, three by default, if the customer orders in them at all;"
        " without orders the profit that the source gives.",
    ),
    "contact_cost": Measure(
        "Cost",
        "Contacts, and the incentives that those who stay are expected to take.",
    ),
    "contact_profit": Measure(
        "Expected profit",
        "Of contacting a customer: chance of leaving × success rate × (value at stake × margin"
        " − incentive), less the incentive of those who stay anyway and take it, less the"
        " contact.",
    ),
    "seconds": Measure(
        "Seconds",
        "Time on the clock from start to end.",
    ),
    "cpu_seconds": Measure(
        "Processor seconds",
        "Time that the processor worked, all threads together.",
    ),
    "accuracy": Measure(
        "Accuracy",
        "Share of customers whom the model put into the right class.",
    ),
    "balanced_accuracy": Measure(
        "Balanced accuracy",
        "Accuracy within each class, averaged, so that a large class doesn't hide a small one.",
    ),
    "f1": Measure(
        "F1",
        "Mean of how many of those named are right and how many of those sought are named;"
        " where classes are many, weighted by their size.",
    ),
    "f1_macro": Measure(
        "Macro F1",
        "F1 of each class on its own, averaged with equal weight.",
    ),
    "roc_auc": Measure(
        "ROC-AUC",
        "How often the model ranks someone of the class above someone outside it: 0.5 is"
        " chance, 1 is always.",
    ),
    "average_precision": Measure(
        "Average precision",
        "Share of hits among those named, averaged over all cuts; chance gives the base rate.",
    ),
    "brier": Measure(
        "Brier score",
        "Mean squared distance of probabilities from what happened; lower is better.",
    ),
    "log_loss": Measure(
        "Log loss",
        "Penalty for confident wrong probabilities; lower is better.",
    ),
    "ece": Measure(
        "Calibration error",
        "By how much probabilities miss the share that came true, on average over ten groups"
        " (ECE); lower is better.",
    ),
    "lift_at_10": Measure(
        "Lift at 10 %",
        "How many times more hits the tenth with the highest probability holds than a tenth"
        " drawn at random.",
    ),
    "permutation_importance": Measure(
        "Permutation importance",
        "By how much ROC-AUC on the test falls when one feature's values change hands among"
        " customers.",
    ),
    "shapley": Measure(
        "Shapley value",
        "What one feature adds to or takes from a customer's prediction, compared with the"
        " average customer.",
    ),
    "clv_historic_12m": Measure(
        "Historic value, 12 months",
        "The simple formula: what the customer spent per year so far, going on as it was.",
    ),
    "expected_orders_90d": Measure(
        "Expected orders, 90 days",
        "How many orders the customer is expected to place in the next 90 days.",
    ),
    "expected_next_order": Measure(
        "Next order",
        "The day by which the next order has come with an even chance; none where it may never"
        " come.",
    ),
    "value_interval": Measure(
        "Interval of the value",
        "Nine times in ten what the customer brings lies between these two amounts.",
    ),
    "value_bias": Measure(
        "Bias",
        "Mean of expected less actual over customers; 0 is right on average, below 0 too low.",
    ),
    "value_mean_absolute_error": Measure(
        "Mean error",
        "How far the expectation of a customer is from what came, on average; lower is better.",
    ),
    "value_rmse": Measure(
        "RMSE",
        "Root of the mean squared error: like the mean error, but large misses weigh more.",
    ),
    "value_total_error": Measure(
        "Error of the total",
        "How far the total of all customers was from what came, in per cent of what came.",
    ),
    "value_coverage": Measure(
        "Coverage",
        "Share of customers whose revenue fell into their 90 % interval; near 90 % is right.",
    ),
    "value_winkler": Measure(
        "Winkler score",
        "Width of an interval, and a penalty where it misses what came: twenty times by how"
        " much, at 90 %. Money per customer; lower is better.",
    ),
    "value_corrected": Measure(
        "Corrected total",
        "Expected revenue of all, times how checks were missed on average, drawn towards no"
        " correction. The range reaches two typical misses to both sides.",
    ),
    "value_typical_miss": Measure(
        "Typical miss",
        "How far the total of a check was from what the others' correction made of it: root"
        " of the mean square, as a share.",
    ),
}
