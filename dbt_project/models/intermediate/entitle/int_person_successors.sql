-- Who a person id stands for today: ids of merged people keep their payments, under the one they became.
with recursive steps as (
    select
        person_id,
        coalesce(merged_into, person_id) as final_person_id,
        1 as step
    from {{ source('ops', 'person') }}

    union

    select
        steps.person_id,
        person.merged_into,
        steps.step + 1
    from steps
    inner join {{ source('ops', 'person') }} as person on steps.final_person_id = person.person_id
    where person.merged_into is not null and person.merged_into <> person.person_id and steps.step < 12
)

select distinct on (person_id)
    person_id,
    final_person_id
from steps
order by person_id, step desc
