-- One person, one valid national ID: in a component with two, or with two records an officer called different,
-- the weakest links that bring them together are cut, and the case goes to review.
-- depends_on: {{ ref('int_linked_edges') }}
-- depends_on: {{ ref('int_linked_components') }}
-- depends_on: {{ ref('int_record_identities') }}
-- depends_on: {{ ref('int_person_pair_scores') }}
{%- set apart %}
    select row_id_l, row_id_r from {{ ref("int_person_pair_scores") }} where decision = ''different''
{%- endset %}
{%- set disputed %}
    select component from {{ ref("int_linked_components") }} c join {{ ref("int_record_identities") }} i using (row_id)
    group by component having count(distinct identity) > 1
    union
    select l.component from {{ ref("int_person_pair_scores") }} s
    join {{ ref("int_linked_components") }} l on l.row_id = s.row_id_l
    join {{ ref("int_linked_components") }} r on r.row_id = s.row_id_r and r.component = l.component
    where s.decision = ''different''
{%- endset %}
select row_id_l, row_id_r
from ops.conflicting_links(
    'select e.row_id_l, e.row_id_r, e.weight, e.is_decided from {{ ref("int_linked_edges") }} e
     join {{ ref("int_linked_components") }} c on c.row_id = e.row_id_l
     where c.component in ({{ disputed }})',
    'select row_id as node, identity from {{ ref("int_record_identities") }}',
    '{{ apart }}'
)
