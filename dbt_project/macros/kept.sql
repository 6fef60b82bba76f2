{#- What was worked out for the published month and needs no working out again: a pure function of what it stands beside.
    Each kept row says which words of SQL worked it out (`worked_out_by`); with other words nothing of it is used.
    Returns the published relation of this model, or none on a first month. -#}
{% macro kept_from_published() -%}
    {%- if not execute or this is none or not var("keep", true) -%} {{ return(none) }} {%- endif -%}
    {%- set published = adapter.get_relation(this.database, this.schema | replace('_next', ''), this.identifier) -%}
    {%- if published is none or published.type != 'table' -%} {{ return(none) }} {%- endif -%}
    {%- set columns = adapter.get_columns_in_relation(published) | map(attribute='name') | list -%}
    {{ return(published if 'worked_out_by' in columns else none) }}
{%- endmacro %}

{#- The words of SQL as one bigint. -#}
{% macro worked_out_by(words) -%} ('x' || '{{ local_md5(words)[:16] }}')::bit(64)::bigint {%- endmacro %}

{#- The columns of a record that the words compare: `l.name_key`, … of alias `l`. -#}
{% macro columns_read(words, alias) -%}
    {{ return(modules.re.findall('\\b' ~ alias ~ '\\.(\\w+)', words) | unique | sort | list) }}
{%- endmacro %}

{#- Two records with one fingerprint are the same to every comparison of the words. -#}
{% macro fingerprint(words, alias) -%}
    hash_record_extended(row({% for name in columns_read(words, alias) %}{{ alias }}.{{ name }}{{ ', ' if not loop.last }}{% endfor %}), 0)
{%- endmacro %}

{#- The levels the published month has for pairs of fingerprints, as long as the same words worked them out. -#}
{% macro kept_levels(published, levels) -%}
    select distinct fingerprint_l, fingerprint_r, {% for name in levels %}{{ name }}_level{{ ', ' if not loop.last }}{% endfor %}
    from {{ published }}
    where worked_out_by = {{ worked_out_by(levels.values() | join(' ')) }}
{%- endmacro %}

{#- A level that may have been worked out for the published month (`kept`, joined by fingerprints). -#}
{% macro kept_or(published, column, words) -%}
    {%- if published -%} case when kept.fingerprint_l is null then {{ words }} else kept.{{ column }} end
    {%- else -%} {{ words }}
    {%- endif -%}
{%- endmacro %}
