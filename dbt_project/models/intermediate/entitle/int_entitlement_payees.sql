{{ config(indexes=[{'columns': ['row_id']}], post_hook="analyze {{ this }}") }}

-- Who receives the money of each row and how. The list decides; where it names no account, the person's own account
-- registered for social security is used; where the two differ, the list is followed and somebody looks.
with rows as (
    select
        *,
        {{ name_key('account_name') }} as account_name_key,
        {{ name_key('payee_name') }} as payee_name_key,
        account_number ~ '^[0-9A-Z]{4,34}$' and account_number !~ '^9704[0-9]{12,15}$' as account_is_usable,
        identity_status = 'match' and register_account ~ '^[0-9A-Z]{4,34}$' and nullif(register_bin, '') is not null as register_is_usable,
        payment_channel in ('cash', 'home') and not coalesce(channel_is_inferred, false) as wants_cash
    from {{ ref('int_entitlement_rows') }}
),

routed as (
    select
        rows.*,
        case
            when wants_cash then 'list'
            when payment_channel = 'wallet' then 'list'
            when account_is_usable and (bank_bin is not null or register_account = account_number) then 'list'
            when register_is_usable then 'register'
            when payment_channel in ('cash', 'home') then 'inferred'
            else 'none'
        end as source
    from rows
),

channelled as (
    select
        routed.*,
        case
            when source = 'none' then coalesce(payment_channel, 'bank')
            when source = 'register' then 'bank'
            when wants_cash or source = 'inferred' or payment_channel = 'wallet' then payment_channel
            else 'bank'
        end as channel,
        case
            when source = 'register' then register_bin
            when source = 'list' and not wants_cash then coalesce(bank_bin, case when register_account = account_number then register_bin end)
        end as bin,
        case
            when source = 'register' then register_account
            when source = 'list' and payment_channel = 'wallet' then coalesce(account_number, phone)
            when source = 'list' and not wants_cash then account_number
        end as used_account,
        case
            when source = 'register' then coalesce(register_account_name, full_name)
            when source = 'list' and not wants_cash then coalesce(account_name, payee_name, full_name)
        end as used_account_name,
        account_is_usable and register_is_usable and register_account <> account_number as accounts_differ
    from routed
),

-- Somebody else receives it when the list says so, or when the account is in another name.
received as (
    select
        channelled.*,
        case
            when source = 'register' then full_name
            when nullif(payee_name_key, '') is not null and payee_name_key <> name_key then payee_name
            when channel = 'bank' and nullif(account_name_key, '') is not null and account_name_key <> name_key then account_name
            else full_name
        end as receiver_name
    from channelled
),

receivers as (
    select
        received.*,
        {{ name_key('receiver_name') }} as receiver_key,
        {{ name_key('receiver_name') }} = name_key as is_self
    from received
),

-- Other people on the lists by number, or by account and name.
by_number as (
    select distinct on (id_number) id_number, person_id from rows where id_number is not null order by id_number, row_id
),

by_account as (
    select distinct on (bank_bin, account_number, name_key) bank_bin, account_number, name_key, person_id
    from rows
    where account_number is not null
    order by bank_bin, account_number, name_key, row_id
),

named as (
    select
        receivers.*,
        case
            when receivers.is_self then receivers.person_id
            else coalesce(
                by_number.person_id,
                by_account.person_id,
                'N' || left(encode(sha256(convert_to(concat_ws('|',
                    coalesce(receivers.payee_id_number, receivers.receiver_key),
                    case when receivers.payee_id_number is null then coalesce(receivers.used_account, receivers.commune_code) end
                ), 'UTF8')), 'hex'), 24)
            )
        end as payee_id,
        coalesce(register.life_status = 'deceased', false) as receiver_is_dead,
        coalesce(receivers.mandate_until < {{ month_day(this_month()) }}, false) as mandate_is_over
    from receivers
    left join by_number on not receivers.is_self and receivers.payee_id_number = by_number.id_number
    left join by_account
        on
            not receivers.is_self
            and receivers.bin = by_account.bank_bin
            and receivers.used_account = by_account.account_number
            and receivers.receiver_key = by_account.name_key
    left join {{ ref('stg_national_id__persons') }} as register
        on not receivers.is_self and receivers.payee_id_number = register.id_number
),

-- One account, or one receiver, for more people than a family has. Her own money to her own account is never the risk.
accounts as (
    select
        bin,
        used_account,
        count(distinct person_id) as people
    from named
    where used_account is not null
    group by bin, used_account
),

receiver_counts as (
    select
        payee_id,
        count(distinct person_id) as people
    from named
    where not is_self
    group by payee_id
)

select
    named.row_id,
    named.person_id,
    named.source,
    named.channel,
    named.bin,
    named.used_account as account_number,
    named.used_account_name as account_name,
    named.payee_id,
    named.receiver_name as payee_name,
    named.is_self,
    case when named.is_self then 'self' else coalesce(named.payee_relation, 'account_holder') end as payee_role,
    named.channel_is_inferred and named.source = 'inferred' as channel_is_inferred,
    named.register_is_usable,
    coalesce(named.accounts_differ, false) as accounts_differ,
    named.receiver_is_dead and not named.is_self as receiver_is_dead,
    named.mandate_is_over and not named.is_self as mandate_is_over,
    not named.is_self and greatest(coalesce(accounts.people, 0), coalesce(receiver_counts.people, 0)) > {{ var('shared_account_limit', 4) }} as is_shared_by_many,
    greatest(coalesce(accounts.people, 0), coalesce(receiver_counts.people, 0)) as people_sharing
from named
left join accounts on named.bin is not distinct from accounts.bin and named.used_account = accounts.used_account
left join receiver_counts on not named.is_self and named.payee_id = receiver_counts.payee_id
