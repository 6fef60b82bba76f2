{#- Nothing got lost: every value of `column` in `model_rows` is found here. -#}
{% test every_row_of(model, model_rows, column) %}
select source.{{ column }}
from {{ model_rows }} as source
left join {{ model }} as target on source.{{ column }} = target.{{ column }}
where target.{{ column }} is null
{% endtest %}
