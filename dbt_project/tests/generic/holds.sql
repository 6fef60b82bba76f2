{#- A sentence about each row that must never be false (null passes). -#}
{% test holds(model, expression) %}
select *
from {{ model }}
where not ({{ expression }})
{% endtest %}
