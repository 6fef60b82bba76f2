{#- The comparisons of a pair, in the order the explanation tells them. -#}
{% macro pair_comparisons() -%}
    {{ return(['cccd', 'cmnd', 'register', 'name', 'birth', 'sex', 'commune', 'hamlet', 'phone', 'account']) }}
{%- endmacro %}

{#- What records meet by: rule → key, from `records` (int_person_records) and `anchors` (int_record_anchors). What follows a
    dot in a rule's name tells two keys of one rule apart. -#}
{% macro block_keys() -%}
    {{ return({
        'cccd': 'records.cccd',
        'cmnd': 'records.cmnd',
        'register': 'anchors.anchor_id',
        'name_date': "records.name_key || '|' || records.day_key",
        'given_date': "records.given_name || '|' || records.day_key",
        'commune_name': "records.commune_code || '|' || records.name_key",
        'commune_name.moved': "records.moved_from_commune || '|' || records.name_key",
        'commune_year_given': "records.commune_code || '|' || records.birth_year || '|' || records.given_name",
        'commune_date': "records.commune_code || '|' || records.day_key",
        'account': 'records.account_key',
        'phone': 'records.phone',
    }) }}
{%- endmacro %}
