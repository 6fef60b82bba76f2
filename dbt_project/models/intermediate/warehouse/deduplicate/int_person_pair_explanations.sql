{{ config(indexes=[{'columns': ['row_id_l', 'row_id_r']}], post_hook="analyze {{ this }}") }}

-- The waterfall of every pair that is linked or asked about: one line a comparison, with the sum so far.
{%- set values = {
    'cccd': 'cccd', 'cmnd': 'cmnd', 'register': none, 'name': 'name_exact', 'birth': none, 'sex': 'sex', 'commune': 'commune_code',
    'hamlet': 'hamlet_key', 'phone': 'phone', 'account': 'account_key',
} %}
with told as (
    select * from {{ ref('int_person_pair_scores') }} where band in ('linked', 'review')
),

lines as (
    select row_id_l, row_id_r, 0 as position, 'prior' as comparison, 'random_pair' as level, null::text as value_l, null::text as value_r,
        prior_weight as weight
    from told
    {%- for name in pair_comparisons() %}
    union all
    select told.row_id_l, told.row_id_r, {{ loop.index }}, '{{ name }}', told.{{ name }}_level,
        {%- for side in ['l', 'r'] %}
            {%- if name == 'birth' %}
        coalesce({{ side }}.day_born::text, {{ side }}.birth_year::text)
            {%- elif name == 'register' %}
        {{ side }}_anchor.anchor_id
            {%- else %}
        {{ side }}.{{ values[name] }}
            {%- endif %},
        {%- endfor %}
        told.{{ name }}_weight
    from told
    inner join {{ ref('int_person_records') }} as l on told.row_id_l = l.row_id
    inner join {{ ref('int_person_records') }} as r on told.row_id_r = r.row_id
        {%- if name == 'register' %}
    left join {{ ref('int_record_anchors') }} as l_anchor on told.row_id_l = l_anchor.row_id
    left join {{ ref('int_record_anchors') }} as r_anchor on told.row_id_r = r_anchor.row_id
        {%- endif %}
    where told.{{ name }}_level is not null
    {%- endfor %}
)

select
    lines.row_id_l,
    lines.row_id_r,
    lines.position,
    lines.comparison,
    lines.level,
    weights.level_vi,
    lines.value_l,
    lines.value_r,
    lines.weight,
    sum(lines.weight) over (partition by lines.row_id_l, lines.row_id_r order by lines.position) as running_total
from lines
left join {{ ref('mu_weights') }} as weights on lines.comparison = weights.comparison and lines.level = weights.level
