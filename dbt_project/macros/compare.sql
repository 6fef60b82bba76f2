{#- Levels of agreement between two records `l` and `r` (table aliases with the columns of int_person_records).
    Each macro gives one level name; null means "one side is silent", which is evidence of nothing. -#}

{#- Both sides write a word that many people carry, and not the same one: another name, not a slip of the hand. -#}
{% macro _other_word(l, r, part) -%}
    ({{ l }}.{{ part }} <> {{ r }}.{{ part }}
    and least({{ l }}.{{ part.replace('_name', '') }}_frequency, {{ r }}.{{ part.replace('_name', '') }}_frequency) > {{ var('common_word', 0.0004) }})
{%- endmacro %}

{#- One side may have dropped the tones of some syllables; no syllable carries two different tones. -#}
{% macro _tones_agree(l, r) -%}
    (select bool_and(a = b or a = plain or b = plain)
     from unnest(string_to_array({{ l }}.name_exact, ' '), string_to_array({{ r }}.name_exact, ' '), string_to_array({{ l }}.name_key, ' '))
         as syllables (a, b, plain))
{%- endmacro %}

{% macro name_level(l, r) -%}
    case
        when {{ l }}.name_exact = {{ r }}.name_exact then 'exact'
        when {{ l }}.name_key = {{ r }}.name_key then
            case when {{ _tones_agree(l, r) }} then 'exact' else 'tones_differ' end
        when {{ l }}.surname = {{ r }}.surname and {{ l }}.given_name = {{ r }}.given_name then
            case
                when position({{ l }}.middle_name in {{ r }}.middle_name) > 0 or position({{ r }}.middle_name in {{ l }}.middle_name) > 0
                    or {{ l }}.middle_name = '' or {{ r }}.middle_name = '' then 'middle_missing'
                when {{ _other_word(l, r, 'middle_name') }} then 'middle_differs'
                when levenshtein_less_equal({{ l }}.middle_name, {{ r }}.middle_name, 2) <= 2 then 'typo'
                else 'middle_differs'
            end
        when replace({{ l }}.name_key, ' ', '') = replace({{ r }}.name_key, ' ', '') then 'typo'
        when
            levenshtein_less_equal({{ l }}.name_key, {{ r }}.name_key, 2)
            <= case when least(length({{ l }}.name_key), length({{ r }}.name_key)) >= 10 then 2 else 1 end
            then case
                when {{ _other_word(l, r, 'surname') }} or {{ _other_word(l, r, 'middle_name') }} or {{ _other_word(l, r, 'given_name') }}
                    then 'other_word'
                else 'typo'
            end
        when {{ l }}.name_words = {{ r }}.name_words then 'word_order'
        when {{ l }}.given_name = {{ r }}.given_name then 'given_only'
        else 'different'
    end
{%- endmacro %}

{% macro birth_level(l, r) -%}
    case
        when {{ l }}.birth_year is null or {{ r }}.birth_year is null then null
        when {{ l }}.day_born is not null and {{ r }}.day_born is not null then case
            when {{ l }}.day_born = {{ r }}.day_born then 'day'
            when {{ l }}.day_key = {{ r }}.day_key then 'swapped'
            when
                ({{ l }}.birth_year = {{ r }}.birth_year)::int + ({{ l }}.birth_month = {{ r }}.birth_month)::int
                + ({{ l }}.birth_day = {{ r }}.birth_day)::int = 2
                then 'near'
            when {{ l }}.birth_year = {{ r }}.birth_year then 'year_but_other_day'
            else 'different'
        end
        when {{ l }}.birth_year = {{ r }}.birth_year then case
            when {{ l }}.birth_month <> {{ r }}.birth_month then 'year_but_other_day'
            when {{ l }}.birth_month = {{ r }}.birth_month then 'month'
            else 'year'
        end
        when abs({{ l }}.birth_year - {{ r }}.birth_year) = 1 then 'year_off'
        else 'different'
    end
{%- endmacro %}

{% macro sex_level(l, r) -%}
    case when {{ l }}.sex = {{ r }}.sex then 'equal' when {{ l }}.sex <> {{ r }}.sex then 'different' end
{%- endmacro %}

{#- Two neighbouring digits changed places. -#}
{% macro _digits_swapped(l, r) -%}
    (select bool_or(overlay({{ l }} placing substr({{ l }}, i + 1, 1) || substr({{ l }}, i, 1) from i for 2) = {{ r }})
     from generate_series(1, length({{ l }}) - 1) as places (i))
{%- endmacro %}

{% macro _number_off(l, r) -%}
    case levenshtein_less_equal({{ l }}, {{ r }}, 2)
        when 0 then 0
        when 1 then 1
        when 2 then case when {{ _digits_swapped(l, r) }} then 1 else 2 end
        else 3
    end
{%- endmacro %}

{% macro cccd_level(l, r) -%}
    case
        when {{ l }}.cccd is null or {{ r }}.cccd is null then null
        when {{ l }}.cccd = {{ r }}.cccd then 'equal'
        when {{ _number_off(l ~ '.cccd', r ~ '.cccd') }} = 1 then 'one_off'
        when {{ l }}.cccd_is_valid and {{ r }}.cccd_is_valid then 'different'
        else 'doubtful'
    end
{%- endmacro %}

{% macro cmnd_level(l, r) -%}
    case
        when {{ l }}.cmnd is null or {{ r }}.cmnd is null then null
        when {{ l }}.cmnd = {{ r }}.cmnd then 'equal'
        when {{ _number_off(l ~ '.cmnd', r ~ '.cmnd') }} = 1 then 'one_off'
        else 'different'
    end
{%- endmacro %}

{% macro commune_level(l, r) -%}
    case
        when {{ l }}.commune_code is null or {{ r }}.commune_code is null then null
        when {{ l }}.commune_code = {{ r }}.commune_code then 'equal'
        when {{ l }}.moved_from_commune = {{ r }}.commune_code or {{ r }}.moved_from_commune = {{ l }}.commune_code then 'moved'
        else 'different'
    end
{%- endmacro %}

{% macro hamlet_level(l, r) -%}
    case
        when {{ l }}.commune_code <> {{ r }}.commune_code or {{ l }}.hamlet_key is null or {{ r }}.hamlet_key is null then null
        when {{ l }}.hamlet_key = {{ r }}.hamlet_key or {{ digits(l ~ '.hamlet_key') }} = {{ digits(r ~ '.hamlet_key') }} then 'equal'
        else 'different'
    end
{%- endmacro %}

{#- A phone or an account under the same name is one's own; under another name it is the family's, the carer's or the spouse's. -#}
{% macro _own_or_family(l, r, field) -%}
    case
        when {{ l }}.{{ field }} = {{ r }}.{{ field }} then
            case
                when ({{ name_level(l, r) }}) in ('exact', 'middle_missing', 'typo', 'word_order') then 'equal'
                else 'family'
            end
        when {{ l }}.{{ field }} <> {{ r }}.{{ field }} then 'different'
    end
{%- endmacro %}

{% macro phone_level(l, r) -%} {{ _own_or_family(l, r, 'phone') }} {%- endmacro %}

{% macro account_level(l, r) -%} {{ _own_or_family(l, r, 'account_key') }} {%- endmacro %}

{#- The weight, in bits, of one comparison's level: log2(m/u), u scaled by how common the agreeing value is, clamped. -#}
{% macro level_weight(seed, pair) -%}
    {#- greatest() and least() pass over nulls: a silent comparison must be told apart first -#}
    case when {{ seed }}.m is null then 0 else {{ clamped(bits(
        seed ~ '.m / (' ~ seed ~ '.u * case ' ~ seed ~ ".scaled_by when 'name' then " ~ pair ~ ".name_frequency when 'ends' then " ~ pair
        ~ ".ends_frequency when 'commune' then " ~ pair ~ '.commune_frequency else 1 end)'
    )) }} end
{%- endmacro %}

{#- One mistake must never decide alone, nor one agreement. -#}
{% macro clamped(expression) -%}
    greatest(-{{ var('weight_clamp', 14) }}, least({{ var('weight_clamp', 14) }}, {{ expression }}))
{%- endmacro %}

{#- log2 in double precision: PostgreSQL's own log(2, x) goes through numeric and is fifty times slower. -#}
{% macro bits(expression) -%} (ln(({{ expression }})::double precision) / 0.6931471805599453) {%- endmacro %}

{#- The register finds whoever is in it by a name that somebody has, or by a full date; a slip in both hides a record. -#}
{% macro can_be_found(record) -%} {{ record }}.name_is_known or {{ record }}.day_born is not null {%- endmacro %}

{#- How often the search of the register passes over somebody who is in it. -#}
{% macro register_missed(can_be_found) -%}
    case when {{ can_be_found }} then coverage.missed else coverage.missed_slip end
{%- endmacro %}
