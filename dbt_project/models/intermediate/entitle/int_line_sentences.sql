{{ config(indexes=[{'columns': ['line_id']}], post_hook="analyze {{ this }}") }}

-- Why this amount, or why not now: one Vietnamese sentence after another, with the decree and the months.
{%- set month_said = say_month(this_month()) %}
with lines as (
    select
        lines.*,
        codes.legal_basis,
        listed_codes.legal_basis as listed_basis,
        coalesce(listed_codes.is_sensitive, false) or coalesce(codes.is_sensitive, false) as is_sensitive,
        codes.per_child,
        codes.valid_to,
        winner.entitlement_code as winner_code,
        winner_codes.is_sensitive as winner_is_sensitive,
        people.died_on
    from {{ ref('int_entitlement_lines') }} as lines
    left join {{ ref('entitlement_codes') }} as codes on lines.entitlement_code = codes.entitlement_code
    left join {{ ref('entitlement_codes') }} as listed_codes on lines.listed_code = listed_codes.entitlement_code
    left join {{ ref('int_entitlement_slots') }} as winner
        on lines.winner_key_id = winner.key_id and winner.month_no = {{ this_month() }}
    left join {{ ref('entitlement_codes') }} as winner_codes on winner.entitlement_code = winner_codes.entitlement_code
    left join {{ ref('int_entitlement_people') }} as people on lines.person_id = people.person_id
),

arrears as (
    select
        months.key_id,
        string_agg(
            {{ say_month('months.month_no') }} || ' ' || {{ say_vnd('months.owed_vnd') }}, ', ' order by months.month_no
        ) as months_vi,
        max(due.rate_basis) filter (where due.in_history and due.paid_vnd > 0 and due.programme_code <> 'NCC') as rate_basis,
        max(due.rate_counted_from) filter (where due.in_history and due.paid_vnd > 0 and due.programme_code <> 'NCC') as counted_from
    from {{ ref('int_entitlement_months') }} as months
    left join {{ ref('int_entitlement_due') }} as due on months.winner_key_id = due.key_id and months.month_no = due.month_no
    where months.month_no < {{ this_month() }} and months.owed_vnd > 0 and months.has_line
    group by months.key_id
),

recovery as (
    select
        line_key_id as key_id,
        string_agg(why_vi, ' ' order by month_no) as recovery_vi
    from {{ ref('int_recovery') }}
    where not is_known
    group by line_key_id
),

parts as (
    select
        lines.line_id,
        case lines.hold_code
            when 'deceased' then 'Không chi: '
                || case when lines.is_dead
                    then 'người hưởng đã mất' || coalesce(' ngày ' || to_char(lines.died_on, 'DD/MM/YYYY'), '') else 'người được chăm sóc đã mất' end
                || ' theo CSDL dân cư; thôi hưởng từ tháng sau tháng mất (NĐ 20/2021/NĐ-CP Đ8.2). Mai táng phí cần hồ sơ đề nghị.'
            when 'missing_person' then 'Tạm giữ: CSDL dân cư báo mất tích hoặc huỷ số định danh, chờ xã xác minh.'
            when 'moved' then 'Không chi ở xã này: đã chuyển đi, xã mới chi từ tháng sau tháng chuyển (NĐ 20/2021/NĐ-CP Đ8.4).'
            when 'duplicate_review' then case
                when lines.is_share_taken then 'Tạm giữ: người được chăm sóc này đã có người khác nhận kinh phí trong kỳ, chờ xét.'
                when lines.one_off_was_paid
                then 'Tạm giữ: đã chi một lần trước đây, chờ xét.'
                else 'Tạm giữ dòng thừa: nghi cùng một người, cùng một chế độ đã có trong kỳ này, chờ xét.' end
            when 'id_mismatch' then 'Tạm giữ: số định danh này theo CSDL dân cư là của người khác, chờ xã sửa.'
            when 'group_unsure' then case
                when lines.is_outside_law and lines.valid_to < {{ month_day(this_month()) }}
                    then 'Tạm giữ: diện này hết hiệu lực từ ' || to_char(lines.valid_to + 1, 'DD/MM/YYYY') || ' (' || lines.legal_basis || '), hỏi xã diện đang hưởng.'
                when lines.is_age_out then 'Tạm giữ: tuổi tính đến tháng ' || {{ month_said }} || ' không thuộc diện này, hỏi xã diện đang hưởng.'
                when lines.is_declared_far_off then 'Tạm giữ: danh sách ghi ' || {{ say_vnd('lines.declared_vnd') }} || ', gấp quá '
                    || {{ limit_of('DECLARED_LIMIT') }} || ' lần số tính được ' || {{ say_vnd('lines.due_vnd') }} || '.'
                when lines.programme_code = 'NCC' and coalesce(lines.declared_vnd, 0) <= 0 then 'Tạm giữ: chưa có mức trợ cấp theo quyết định.'
                else 'Tạm giữ: chưa rõ diện hưởng, chờ xã trả lời.' end
            when 'excluded_highest_only' then case
                when lines.is_share_taken
                    then 'Không chi: vợ chồng cùng là người khuyết tật nuôi chung con chỉ hưởng một suất, đã chi cho người kia (NĐ 20/2021/NĐ-CP Đ20.2a).'
                else 'Không chi: chỉ hưởng một mức cao nhất, đã hưởng '
                || case when lines.winner_is_sensitive then 'diện khác' else 'mã ' || lines.winner_code end
                || case when lines.programme_code in ('BTXH', 'HTXH') then ' (NĐ 20/2021/NĐ-CP Đ6.2; NĐ 176/2025/NĐ-CP).' else ' (NĐ 20/2021/NĐ-CP Đ20).' end
                end
            when 'late_commune' then 'Tạm giữ: xã chưa gửi danh sách kỳ này, dòng lấy từ kỳ trước.'
            when 'uncollected_3m' then 'Tạm giữ: ba tháng liên tục chưa nhận tiền ('
                || {{ say_month('lines.first_left_no') }} || ' đến ' || {{ say_month('lines.last_left_no') }}
                || '), xác minh rồi chi tiếp; số tiền các tháng đó vẫn còn nợ (TT 02/2021/TT-BLĐTBXH Đ2).'
            when 'receiver_risk' then 'Tạm giữ: ' || case
                when lines.receiver_is_dead then 'người nhận thay đã mất.'
                when lines.mandate_is_over then 'giấy uỷ quyền đã hết hạn.'
                else 'một tài khoản hoặc một người nhận cho ' || lines.people_sharing || ' người, chờ xác minh.' end
            when 'no_channel' then 'Tạm giữ: chưa có cách nhận tiền dùng được (số tài khoản, ngân hàng).'
        end as hold_vi,
        case
            when lines.hold_code in ('deceased', 'moved') or lines.due_vnd = 0 then null
            when lines.programme_code = 'NCC'
                then 'Mức theo quyết định ' || {{ say_vnd('lines.due_vnd') }} || ' (' || {{ say_code('lines.entitlement_code', 'lines.legal_basis', 'lines.is_sensitive') }} || ')'
            else 'Mức chuẩn ' || {{ say_vnd('lines.rate_vnd') }} || ' (' || lines.rate_basis || ') × hệ số '
                || {{ say_number('lines.coefficient / lines.children') }}
                || case when lines.per_child then ' × ' || lines.children || ' con' else '' end
                || ' (' || {{ say_code('lines.entitlement_code', 'lines.legal_basis', 'lines.is_sensitive') }} || ')'
        end
        || ' = ' || {{ say_vnd('lines.due_vnd') }} || ' cho tháng ' || {{ month_said }}
        || case when {{ var('months_together', 1) }} > 1 then ', chi gộp đến tháng ' || {{ say_month(last_month()) }} else '' end
        || case when lines.paid_now_vnd > 0 and lines.hold_code is null then '; đã chi trước ' || {{ say_vnd('lines.paid_now_vnd') }} else '' end
        || '.' as amount_vi,
        case
            when lines.due_vnd = 0 and lines.hold_code is null and lines.start_no > {{ this_month() }}
                then 'Chưa chi: hưởng từ tháng ' || {{ say_month('lines.start_no') }} || '.'
            when lines.due_vnd = 0 and lines.hold_code is null and lines.is_outgrown
                then 'Thôi hưởng vì quá tuổi, từ tháng sau tháng đủ tuổi (' || case when lines.is_sensitive then 'NĐ 20/2021/NĐ-CP' else lines.listed_basis end || ', Đ8.2). Nếu còn thuộc diện khác, xã lập hồ sơ và ghi mã diện đó.'
        end as later_vi,
        case
            when lines.entitlement_code <> lines.listed_code and not lines.is_sensitive
                then 'Danh sách ghi mã ' || lines.listed_code || '; theo tuổi tháng ' || {{ month_said }} || ' là mã ' || lines.entitlement_code || '.'
        end as level_vi,
        case
            when lines.declared_vnd is not null and lines.hold_code is null and lines.declared_vnd <> lines.due_vnd and lines.programme_code <> 'NCC'
                and not lines.is_carried
                then 'Danh sách ghi ' || {{ say_vnd('lines.declared_vnd') }} || ', số tính được là ' || {{ say_vnd('lines.due_vnd') }} || '.'
        end as declared_vi,
        case
            when lines.arrears_vnd > 0
                then 'Truy lĩnh ' || {{ say_vnd('lines.arrears_vnd') }} || ': tháng ' || arrears.months_vi
                    || coalesce(' (mức chuẩn tính từ ' || to_char(arrears.counted_from, 'DD/MM/YYYY') || ', ' || arrears.rate_basis || ')', '')
                    || '.'
        end as arrears_vi,
        case
            when lines.is_main and lines.start_no < {{ this_month() }} and lines.start_no >= {{ this_month() }} - {{ limit_of('LOOK_BACK') }} and lines.hold_code is null
                then 'Hưởng từ tháng ' || {{ say_month('lines.start_no') }} || '.'
        end as start_vi,
        case when lines.is_main then recovery.recovery_vi end as recovery_vi
    from lines
    left join arrears on lines.key_id = arrears.key_id
    left join recovery on lines.key_id = recovery.key_id
)

select
    line_id,
    normalize(concat_ws(' ', hold_vi, later_vi, amount_vi, level_vi, declared_vi, start_vi, arrears_vi, recovery_vi), NFC) as why_vi
from parts
