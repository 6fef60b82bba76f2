-- What each commune sent for each month: when, how much, with how many problems, in how many rounds.
with sent as (
    select
        period,
        commune_code,
        min(received_at) filter (where status in ('accepted', 'partly', 'superseded')) as first_read_at,
        min(received_at) as first_sent_at,
        bool_or(is_late) as has_late,
        bool_and(is_late) filter (where status in ('accepted', 'partly', 'superseded')) as all_read_late,
        count(*) filter (where status <> 'duplicate') as rounds
    from {{ ref('stg_commune__workbooks') }}
    group by period, commune_code
),

live as (
    select readings.period, readings.commune_code, count(*) as live_rows
    from {{ source('raw', 'commune__readings') }} as readings
    inner join {{ source('raw', 'commune__workbooks') }} as workbooks on readings.workbook_id = workbooks.workbook_id
    left join {{ source('raw', 'commune__retired_rows') }} as retired on readings.row_id = retired.row_id
    where retired.row_id is null and not readings.is_blocked and workbooks.status in ('accepted', 'partly')
    group by readings.period, readings.commune_code
),

noted as (
    select workbooks.period, workbooks.commune_code, count(*) as problems
    from {{ source('ops', 'row_problem') }} as problems
    inner join {{ source('raw', 'commune__workbooks') }} as workbooks on problems.workbook_id = workbooks.workbook_id
    where problems.severity in ('block', 'look')
    group by workbooks.period, workbooks.commune_code
)

select
    sent.period::text as period,
    sent.commune_code::text as commune_code,
    coalesce(sent.first_read_at, sent.first_sent_at)::timestamptz as submitted_at,
    coalesce(sent.all_read_late, sent.has_late)::boolean as is_late,
    coalesce(live.live_rows, 0)::integer as rows,
    coalesce(noted.problems, 0)::integer as problems,
    sent.rounds::integer as rounds
from sent
left join live on sent.period = live.period and sent.commune_code = live.commune_code
left join noted on sent.period = noted.period and sent.commune_code = noted.commune_code
