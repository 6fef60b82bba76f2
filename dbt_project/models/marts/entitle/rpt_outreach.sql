-- Whom to visit, why, who does it and by when: the roadmap to paying without cash, and money that waits for somebody.
with lines as (
    select * from {{ ref('int_entitlement_lines') }} where is_main or hold_code = 'duplicate_review'
),

people as (
    select * from {{ ref('int_entitlement_people') }}
),

routed as (
    select
        lines.*,
        payees.source,
        payees.register_is_usable,
        payees.channel_is_inferred,
        payees.is_self,
        {{ this_month() }} - people.birth_no as age_months
    from lines
    left join {{ ref('int_entitlement_payees') }} as payees on lines.row_id = payees.row_id
    left join people on lines.person_id = people.person_id
),

reasons as (
    select
        routed.*,
        case
            when hold_code = 'uncollected_3m' then 'uncollected_3m'
            when hold_code = 'no_channel' then 'no_channel'
            when hold_code = 'receiver_risk' and routed.receiver_is_dead then 'receiver_dead'
            when hold_code = 'receiver_risk' and routed.mandate_is_over then 'mandate_over'
            when hold_code = 'receiver_risk' then 'receiver_shared'
            when hold_code = 'deceased' and amount_vnd + arrears_vnd > 0 then 'deceased_arrears'
            when hold_code in ('missing_person', 'id_mismatch', 'group_unsure', 'duplicate_review', 'late_commune') then hold_code
            when hold_code is not null then null
            when channel in ('cash', 'home') and register_is_usable then 'has_registered_account'
            when channel = 'cash' and channel_is_inferred then 'no_account_written'
            when channel in ('cash', 'home') and age_months < 192 then 'guardian_account'
            when channel in ('cash', 'home') and age_months >= 960 then 'cash_elderly'
            when channel in ('cash', 'home') and family in ('5.6_dbn', '5.6_n') then 'cash_home_disabled'
            when channel in ('cash', 'home') then 'cash_without_account'
        end as reason,
        amount_vnd + arrears_vnd as waiting_vnd
    from routed
),

-- Truy lĩnh of people listed no more: owed, and on no list.
leavers as (
    select
        months.person_id,
        keys.programme_code,
        keys.listed_code,
        keys.commune_code,
        sum(months.owed_vnd)::bigint as waiting_vnd
    from {{ ref('int_entitlement_months') }} as months
    inner join {{ ref('int_entitlement_keys') }} as keys on months.key_id = keys.key_id
    where not months.has_line and months.month_no < {{ this_month() }} and months.owed_vnd > 0
    group by months.person_id, keys.programme_code, keys.listed_code, keys.commune_code
),

together as (
    select
        person_id,
        programme_code,
        commune_code,
        hamlet,
        full_name,
        channel,
        reason,
        waiting_vnd
    from reasons
    where reason is not null

    union all

    select
        leavers.person_id,
        leavers.programme_code,
        leavers.commune_code,
        null,
        people.full_name,
        null,
        'left_with_arrears',
        leavers.waiting_vnd
    from leavers
    left join people on leavers.person_id = people.person_id
)

select
    '{{ var("period") }}'::text as period,
    commune_code,
    hamlet,
    person_id,
    full_name,
    programme_code,
    channel,
    reason::text as reason,
    case reason
        when 'uncollected_3m' then 'Đến tận nhà xác minh vì sao ba tháng chưa nhận tiền.'
        when 'no_channel' then 'Xin số tài khoản đúng tên, hoặc ghi rõ nhận tiền mặt hay tại nhà.'
        when 'has_registered_account' then 'Đã có tài khoản an sinh trên VNeID: hỏi ý chuyển sang tài khoản.'
        when 'no_account_written' then 'Danh sách bỏ trống tài khoản, tạm hiểu là tiền mặt: hỏi lại hình thức nhận.'
        when 'guardian_account' then 'Trẻ em: hỏi tài khoản của cha mẹ hoặc người giám hộ.'
        when 'cash_elderly' then 'Người từ 80 tuổi: chi tiền mặt hoặc tại nhà; hỏi người thân nhận thay nếu muốn.'
        when 'cash_home_disabled' then 'Người khuyết tật: chi tại nhà; hỏi tài khoản của người chăm sóc nếu muốn.'
        when 'cash_without_account' then 'Vận động mở tài khoản; chưa muốn thì vẫn chi tiền mặt.'
        when 'receiver_dead' then 'Người nhận thay đã mất: xã xác định người giám hộ, người nhận mới và giấy tờ.'
        when 'mandate_over' then 'Giấy uỷ quyền hết hạn: lập giấy mới, hoặc chuyển về chính người hưởng.'
        when 'receiver_shared' then 'Một tài khoản nhận cho nhiều người: xác minh quan hệ từng người, hoặc đổi cách nhận.'
        when 'deceased_arrears' then 'Người hưởng đã mất, còn tiền các tháng trước: thân nhân làm đề nghị để chi.'
        when 'missing_person' then 'Dân cư báo mất tích hoặc huỷ số: công an xã xác minh người và số định danh.'
        when 'id_mismatch' then 'Số định danh là của người khác: xem giấy tờ, sửa số trong danh sách.'
        when 'group_unsure' then 'Chưa rõ diện hưởng hoặc số tiền: xem quyết định, ghi lại mã và hệ số.'
        when 'duplicate_review' then 'Nghi trùng: cán bộ Sở xét hai dòng trên bảng điều hành.'
        when 'late_commune' then 'Xã chưa gửi danh sách: nhắc xã, hoặc lãnh đạo ký cho chi theo kỳ trước.'
        when 'left_with_arrears' then 'Đã thôi hưởng nhưng còn truy lĩnh: xã lập danh sách chi bổ sung cho người hưởng hoặc thân nhân.'
    end::text as next_step_vi,
    case when reason in ('duplicate_review', 'late_commune') then 'province' else 'commune' end::text as owner,
    ({{ month_day(this_month()) }} + 24)::date as due_on,
    waiting_vnd::bigint as amount_vnd
from together
