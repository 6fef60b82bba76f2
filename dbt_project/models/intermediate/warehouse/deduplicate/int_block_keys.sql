{{ config(post_hook="analyze {{ this }}") }}

-- Where two records of one person meet. Every key is bound to an ID, a full date, an account, a phone or a commune:
-- a key of name and year alone would grow with the square of the province.
{%- set rules = [
    ('cccd', 'records.cccd', 'true'),
    ('cmnd', 'records.cmnd', 'true'),
    ('register', 'anchors.anchor_id', 'anchors.anchor_probability >= 0.9'),
    ('name_date', "records.name_key || '|' || records.day_key", 'true'),
    ('given_date', "records.given_name || '|' || records.day_key", 'true'),
    ('commune_name', "records.commune_code || '|' || records.name_key", 'true'),
    ('commune_name', "records.moved_from_commune || '|' || records.name_key", 'true'),
    ('commune_year_given', "records.commune_code || '|' || records.birth_year || '|' || records.given_name", 'true'),
    ('commune_date', "records.commune_code || '|' || records.day_key", 'true'),
    ('account', 'records.account_key', 'true'),
    ('phone', 'records.phone', 'true'),
] %}
{% for rule, key, condition in rules %}
    select '{{ rule }}' as rule, hashtextextended('{{ rule }}|' || {{ key }}, 0) as key, records.row_id, records.origin
    from {{ ref('int_person_records') }} as records
    {%- if 'anchors.' in key %}
        inner join {{ ref('int_record_anchors') }} as anchors on records.row_id = anchors.row_id
    {%- endif %}
    where {{ key }} is not null and {{ condition }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
