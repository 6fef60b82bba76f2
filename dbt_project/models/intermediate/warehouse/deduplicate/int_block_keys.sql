{{ config(post_hook="analyze {{ this }}") }}

-- Where two records meet: the keys that more than one record carries, with their records.
{%- set rules = {} -%}
{%- for column in block_keys() -%}
    {%- do rules.setdefault(column.split('.')[0], []).append(column.replace('.', '_')) -%}
{%- endfor %}
{% for rule, columns in rules.items() %}
    {%- set keyed -%}
        {%- for column in columns %}
            select {{ column }} as key, row_id, origin from {{ ref('int_record_keys') }} where {{ column }} is not null
            {%- if not loop.last %} union all{% endif %}
        {%- endfor -%}
    {%- endset %}
    select '{{ rule }}' as rule, keyed.key, keyed.row_id, keyed.origin
    from ({{ keyed }}) as keyed
    inner join (select key from ({{ keyed }}) as every_key group by key having count(*) > 1) as met on keyed.key = met.key
    {% if not loop.last %}union all{% endif %}
{% endfor %}
