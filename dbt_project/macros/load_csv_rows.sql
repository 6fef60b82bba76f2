{#- Load a seed by columns: one query with one JSON array a column. dbt's own way builds the statement cell by cell in
    Jinja, which takes 5 s for the list of communes; this takes 0.3 s. Only for seeds that declare every column's type
    (then every value is text or null); any other seed is loaded dbt's way. -#}
{% macro postgres__load_csv_rows(model, agate_table) %}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set undeclared = agate_table.column_names | reject('in', types) | list -%}
    {%- if undeclared or agate_table.rows | length == 0 -%}
        {{ return(default__load_csv_rows(model, agate_table)) }}
    {%- endif -%}
    {%- set names, casts, sources, bindings = [], [], [], [] -%}
    {%- for name in agate_table.column_names -%}
        {%- do names.append(adapter.quote(name)) -%}
        {%- do casts.append('v' ~ loop.index ~ '::' ~ types[name]) -%}
        {%- do sources.append('jsonb_array_elements_text(%s::jsonb)') -%}
        {%- do bindings.append(tojson(agate_table.columns[name].values() | list)) -%}
    {%- endfor -%}
    {%- set statement -%}
        insert into {{ this.render() }} ({{ names | join(', ') }})
        select {{ casts | join(', ') }}
        from rows from ({{ sources | join(', ') }}) as t ({% for name in names %}v{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %})
    {%- endset -%}
    {%- do adapter.add_query(statement, bindings=bindings, abridge_sql_log=True) -%}
    {{ return(statement) }}
{% endmacro %}
