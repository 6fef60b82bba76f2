-- Of a suspected duplicate only the extra line waits: every case with a waiting line has one that does not.
select case_id
from {{ ref('int_review_cases') }}
group by case_id
having bool_or(is_extra) and bool_and(is_extra)
