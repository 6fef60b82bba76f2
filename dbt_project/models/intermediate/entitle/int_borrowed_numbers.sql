-- One number typed for two people: the register says whose it is; the other row's line waits for an answer.
with rows as (
    select
        claims.row_id,
        claims.person_id,
        claims.id_number,
        claims.register_agrees,
        claims.feed_id_number = claims.id_number and (claims.identity_status = 'match' or claims.register_agrees) as is_owner,
        coalesce(checks.name_differs and checks.birth_differs, false) as is_somebody_else
    from {{ ref('int_entitlement_rows') }} as claims
    left join {{ ref('int_identity_checks') }} as checks on claims.row_id = checks.row_id
    where claims.id_number is not null
)

select distinct rows.row_id
from rows
inner join rows as owners on rows.id_number = owners.id_number and owners.is_owner
where not rows.is_owner and not rows.register_agrees and (rows.person_id <> owners.person_id or rows.is_somebody_else)
