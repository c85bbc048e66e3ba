-- One row per customer and attribute of which something is known; of labels where they hold
with told as (
    select
        customer_attribute.run_id,
        customer_attribute.customer_id,
        attribute.attribute,
        case attribute.attribute
            when 'gender' then customer_attribute.gender
            when 'country' then customer_attribute.country
            when 'city' then customer_attribute.city
            when 'education' then customer_attribute.education
            when 'marital_status' then customer_attribute.marital_status
            when 'membership' then customer_attribute.membership
            when 'response' then customer_attribute.response
            when 'complain' then customer_attribute.complain
            when 'discount_applied' then customer_attribute.discount_applied
            when 'satisfaction' then customer_attribute.satisfaction
            when 'activity' then customer_attribute.activity
            when 'service_type' then customer_attribute.service_type
            when 'messages_allowed' then customer_attribute.messages_allowed
            when 'favourite_category' then customer_attribute.favourite_category
        end as word,
        case attribute.attribute
            when 'age' then customer_attribute.age
            when 'income' then customer_attribute.income
            when 'children' then customer_attribute.children
            when 'recency_days' then customer_attribute.recency_days
            when 'frequency' then customer_attribute.frequency
            when 'monetary' then customer_attribute.monetary
            when 'average_basket' then customer_attribute.average_basket
            when 'tenure_days' then customer_attribute.tenure_days
            when 'spend_wines' then customer_attribute.spend_wines
            when 'spend_fruits' then customer_attribute.spend_fruits
            when 'spend_meat' then customer_attribute.spend_meat
            when 'spend_fish' then customer_attribute.spend_fish
            when 'spend_sweets' then customer_attribute.spend_sweets
            when 'spend_gold' then customer_attribute.spend_gold
            when 'purchases_web' then customer_attribute.purchases_web
            when 'purchases_catalogue' then customer_attribute.purchases_catalogue
            when 'purchases_store' then customer_attribute.purchases_store
            when 'purchases_deals' then customer_attribute.purchases_deals
            when 'web_visits_month' then customer_attribute.web_visits_month
            when 'campaigns_accepted' then customer_attribute.campaigns_accepted
            when 'items_purchased' then customer_attribute.items_purchased
            when 'average_rating' then customer_attribute.average_rating
            when 'marketing_6_months' then customer_attribute.marketing_6_months
            when 'marketing_this_month' then customer_attribute.marketing_this_month
            when 'promotional_share' then customer_attribute.promotional_share
            when 'categories_per_visit' then customer_attribute.categories_per_visit
            when 'unpaid_products' then customer_attribute.unpaid_products
            when 'service_errors' then customer_attribute.service_errors
            when 'pages_per_visit' then customer_attribute.pages_per_visit
            when 'revenue_before_last_month' then customer_attribute.revenue_before_last_month
            when 'revenue_last_month' then customer_attribute.revenue_last_month
            when 'revenue_this_month' then customer_attribute.revenue_this_month
            when 'minutes_last_month' then customer_attribute.minutes_last_month
            when 'minutes_this_month' then customer_attribute.minutes_this_month
            when 'profit' then customer_attribute.profit
        end as number
    from attribute
    join published on published.run_id = attribute.run_id
    join customer_attribute on customer_attribute.run_id = attribute.run_id
    union all
    select
        own_attribute.run_id,
        own_attribute.customer_id,
        substr(attribute.attribute, strpos(attribute.attribute, ': ') + 2),
        own_attribute.word,
        own_attribute.number
    from own_attribute
    join published on published.run_id = own_attribute.run_id
    join attribute
        on attribute.run_id = own_attribute.run_id
        and attribute.position = own_attribute.position
    union all
    select customer_attribute.run_id, customer_attribute.customer_id, 'VIP', 'yes', null
    from customer_attribute
    join published on published.run_id = customer_attribute.run_id
    where customer_attribute.is_vip
    union all
    select customer_attribute.run_id, customer_attribute.customer_id, 'passive', 'yes', null
    from customer_attribute
    join published on published.run_id = customer_attribute.run_id
    where customer_attribute.is_passive
    union all
    select customer_attribute.run_id, customer_attribute.customer_id, 'promotional', 'yes', null
    from customer_attribute
    join published on published.run_id = customer_attribute.run_id
    where customer_attribute.is_promotional
    union all
    select customer_attribute.run_id, customer_attribute.customer_id, 'new', 'yes', null
    from customer_attribute
    join published on published.run_id = customer_attribute.run_id
    where customer_attribute.is_new
    union all
    select customer_attribute.run_id, customer_attribute.customer_id, 'wholesale', 'yes', null
    from customer_attribute
    join published on published.run_id = customer_attribute.run_id
    where customer_attribute.is_wholesale
    union all
    select customer_result.run_id, customer_result.customer_id, 'outlier', 'yes', null
    from customer_result
    join published on published.run_id = customer_result.run_id
    where customer_result.is_outlier
)
select
    dataset.name as dataset, -- the name given with --dataset
    told.customer_id, -- the source's own identifier, as text
    told.attribute, -- as in customer_attribute; the source's own column; or VIP, passive, promotional, new, wholesale, outlier
    case
        when told.number is null then told.word
        when round(told.number) = told.number and abs(told.number) < 1000000000000000
            then cast(cast(told.number as bigint) as varchar)
        else cast(round(told.number * 10000) / 10000 as varchar)
    end as value -- as text, numbers to four places; yes for a label
from told
join published on published.run_id = told.run_id
join dataset on dataset.dataset_id = published.dataset_id
where told.word is not null or told.number is not null
