{#- Names as linkage compares them. `name_tones` moves the tone mark to the end of its syllable: hoà and hòa are one spelling. -#}
{% macro name_tones(expression) -%}
    normalize(regexp_replace(
        normalize({{ name_exact(expression) }}, NFD),
        '([\u0300\u0301\u0303\u0309\u0323])([^ ]*)', '\2\1', 'g'
    ), NFC)
{%- endmacro %}

{% macro surname(name_key) -%} split_part({{ name_key }}, ' ', 1) {%- endmacro %}

{% macro given_name(name_key) -%} regexp_replace({{ name_key }}, '^.* ', '') {%- endmacro %}

{#- What stands between surname and given name; '' when nothing does. -#}
{% macro middle_name(name_key) -%}
    case when {{ name_key }} ~ ' .* ' then regexp_replace({{ name_key }}, '^\S+ (.*) \S+$', '\1') else '' end
{%- endmacro %}

{#- The words in the order of the alphabet: equal whatever order they were typed in. -#}
{% macro name_words(name_key) -%}
    (select string_agg(word, ' ' order by word) from unnest(string_to_array({{ name_key }}, ' ')) as words (word))
{%- endmacro %}
