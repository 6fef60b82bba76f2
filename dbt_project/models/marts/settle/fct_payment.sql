-- Every instruction of every month and where it stands: the ledger as analysts read it.
select
    instructions.period,
    instructions.end_to_end_id,
    instructions.run_id,
    instructions.entitlement_id,
    coalesce(successors.final_person_id, instructions.person_id) as person_id,
    instructions.payee_id,
    instructions.programme_code,
    instructions.entitlement_code,
    instructions.commune_code,
    instructions.amount_vnd,
    instructions.channel,
    instructions.attempt,
    instructions.state,
    instructions.sent_at,
    instructions.settled_at,
    instructions.return_reason
from {{ source('ops', 'payment_instruction') }} as instructions
left join {{ ref('int_person_successors') }} as successors on instructions.person_id = successors.person_id
