{{ config(post_hook="analyze {{ this }}") }}

-- What each record may meet another by, as numbers, one column a key. Every key is bound to an ID, a full date, an
-- account, a phone or a commune: a key of name and year alone would grow with the square of the province.
select
    records.row_id,
    records.origin,
    {%- for rule, key in block_keys().items() %}
    case when {{ key }} is not null then hashtextextended('{{ rule.split('.')[0] }}|' || {{ key }}, 0) end as {{ rule.replace('.', '_') }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from {{ ref('int_person_records') }} as records
left join {{ ref('int_record_anchors') }} as anchors on records.row_id = anchors.row_id and anchors.anchor_probability >= 0.2
