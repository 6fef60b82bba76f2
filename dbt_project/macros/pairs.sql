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
        'register.second': 'anchors.second_id',
        'words_date': "records.name_words || '|' || records.day_key",
        'given_date': "records.given_name || '|' || records.day_key",
        'commune_name': "records.commune_code || '|' || records.name_words",
        'commune_name.moved': "records.moved_from_commune || '|' || records.name_words",
        'commune_year_given': "records.commune_code || '|' || records.birth_year || '|' || records.given_name",
        'commune_date': "records.commune_code || '|' || records.day_key",
        'account': 'records.account_key',
        'phone': 'records.phone',
    }) }}
{%- endmacro %}

{#- Comparison → the words that find its level from the two records alone. What the register says is added later. -#}
{% macro record_comparisons(l, r) -%}
    {{ return({
        'name': name_level(l, r), 'birth': birth_level(l, r), 'sex': sex_level(l, r), 'cccd': cccd_level(l, r), 'cmnd': cmnd_level(l, r),
        'commune': commune_level(l, r), 'hamlet': hamlet_level(l, r), 'phone': phone_level(l, r), 'account': account_level(l, r),
    }) }}
{%- endmacro %}

{#- The same between a record and a registered person, whose commune may still carry its code of before 1/7/2025. -#}
{% macro register_comparisons(record, register) -%}
    {%- set commune -%}
        case
            when {{ register }}.commune_code is null then null
            when {{ record }}.commune_code in ({{ register }}.commune_code, {{ register }}.commune_now) then 'equal'
            when {{ record }}.moved_from_commune in ({{ register }}.commune_code, {{ register }}.commune_now) then 'moved'
            else 'different'
        end
    {%- endset -%}
    {{ return({
        'name': name_level(record, register), 'birth': birth_level(record, register), 'sex': sex_level(record, register),
        'cccd': cccd_level(record, register), 'cmnd': cmnd_level(record, register), 'commune': commune,
        'account': account_level(record, register),
    }) }}
{%- endmacro %}
