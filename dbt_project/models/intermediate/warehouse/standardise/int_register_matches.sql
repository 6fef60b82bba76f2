{{ config(post_hook="analyze {{ this }}") }}

-- Registered persons a record's own numbers lead to. Settled: name and year agree too, so nobody else needs looking for.
{%- set numbers = {'cccd': 'id_number', 'cmnd': 'cmnd'} %}
{%- for own, registered in numbers.items() %}
    select
        records.row_id,
        register.id_number,
        ({{ name_level('records', 'register') }}) in ('exact', 'middle_missing') and records.birth_year = register.birth_year as is_settled
    from {{ ref('int_person_records') }} as records
    inner join {{ ref('int_register_persons') }} as register on records.{{ own }} = register.{{ registered }}
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
