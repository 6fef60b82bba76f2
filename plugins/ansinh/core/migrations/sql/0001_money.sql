-- The only authority on what was paid. Constraints, not the DAG, forbid paying twice.
create table ops.payment_run (
    run_id text primary key,                 -- 2026-11-YTE-1
    period text not null,
    programme_group text not null check (programme_group in ('y_te', 'noi_vu')),
    run_number integer not null,
    state text not null check (state in ('draft', 'checked', 'sealed', 'approved', 'sending', 'sent', 'reconciled', 'closed', 'held', 'cancelled', 'empty')),
    rows integer not null default 0,
    total_vnd bigint not null default 0,
    created_by text not null,
    created_at timestamptz not null default now(),
    planned_by text,                         -- who last took the lines from the entitlements; a maker too
    sealed_by text,
    sealed_at timestamptz,                   -- also the creation time inside the files
    execution_date date,
    manifest_sha256 text,
    required_approvals integer not null default 1 check (required_approvals >= 1),
    sent_by text,                            -- never one of the approvers
    closed_at timestamptz,
    unique (period, programme_group, run_number)
);

create table ops.approval (
    run_id text not null references ops.payment_run,
    approver text not null,
    decision text not null check (decision in ('approve', 'reject', 'hold')),
    reason text not null default '',
    manifest_sha256 text not null,
    at timestamptz not null default now(),
    primary key (run_id, approver, manifest_sha256, decision)  -- who said yes may still say stop
);

create table ops.payment_file (
    file_id text primary key,
    run_id text not null references ops.payment_run,
    bank text not null,                      -- the paying bank's profile
    sequence_number integer not null,
    message_id text not null unique,
    file_name text not null unique,
    sha256 text not null,
    size_bytes bigint not null,
    encrypted_sha256 text,
    rows integer not null,
    total_vnd bigint not null,
    state text not null check (state in ('sealed', 'sending', 'sent', 'unknown', 'acked', 'rejected', 'cancelled')),
    attempt integer not null default 0,
    sent_at timestamptz,
    unique (bank, sequence_number)
);

create table ops.payment_instruction (
    end_to_end_id text primary key,          -- derived from (period, entitlement_id, attempt)
    run_id text not null references ops.payment_run,
    file_id text references ops.payment_file,
    period text not null,
    entitlement_id text not null,
    guard_key text not null,                 -- widest thing that may be paid once a month: family of codes, or the highest-only group
    person_id text not null,
    beneficiary_name text,                   -- as sealed: a list printed again next year shows the same
    programme_code text not null,
    entitlement_code text not null,
    subject_person_id text,
    share_no smallint not null default 1,
    payee_id text not null,
    payee_name text not null,
    bin text,
    account_number text,
    account_name text,
    amount_vnd bigint not null check (amount_vnd > 0),
    channel text not null check (channel in ('bank', 'cash', 'home', 'wallet')),
    commune_code text not null,
    hamlet text,
    attempt integer not null default 1,
    state text not null check (state in ('planned', 'sealed', 'sent', 'unknown', 'accepted', 'settled', 'rejected', 'returned', 'cancelled', 'listed', 'collected', 'uncollected', 'carried')),
    sent_at timestamptz,
    settled_at timestamptz,
    return_reason text,
    is_live boolean generated always as (state not in ('rejected', 'returned', 'cancelled', 'carried')) stored,
    unique (period, entitlement_id, attempt)
) with (fillfactor = 50);
-- A line goes through five states in its life. No index looks at `state` itself, only at `is_live`, and each page keeps room, so a
-- step rewrites the row in place instead of eight indexes (a million lines sealed in a third of the time).
create unique index one_live_instruction_per_entitlement on ops.payment_instruction (period, entitlement_id) where is_live;
create unique index one_live_instruction_per_guard on ops.payment_instruction (period, guard_key) where is_live;
create index on ops.payment_instruction (run_id);
create index on ops.payment_instruction (person_id);
create index on ops.payment_instruction using brin (file_id) with (pages_per_range = 16);

-- Which months an instruction pays: this one and, for truy lĩnh, earlier ones. Sums to amount_vnd.
create table ops.instruction_month (
    end_to_end_id text not null references ops.payment_instruction,
    month text not null,
    entitlement_code text not null,
    amount_vnd bigint not null check (amount_vnd > 0),
    primary key (end_to_end_id, month, entitlement_code)
);

create table ops.instruction_event (
    event_id bigint generated always as identity primary key,
    end_to_end_id text not null references ops.payment_instruction,
    from_state text,
    to_state text not null,
    cause text not null,
    bank_message_id text,
    at timestamptz not null default now()
);
create index on ops.instruction_event (end_to_end_id);

create table ops.bank_message (
    bank_message_id text primary key,        -- derived from sha256: the same answer twice is one
    file_name text not null,
    sha256 text not null unique,
    kind text not null,                      -- pain.002 | camt.054 | camt.053 | columns | unreadable
    status text not null check (status in ('posted', 'partly', 'rejected')),
    entries integer not null default 0,
    unmatched integer not null default 0,
    size_bytes bigint,
    modified_at timestamptz,                 -- on the bank's server: a known name, size and time is not fetched again
    received_at timestamptz not null default now()
);

create table ops.bank_entry (
    bank_entry_id bigint generated always as identity primary key,
    bank_message_id text not null references ops.bank_message,
    entry_key text not null,                 -- the bank's own reference of the entry
    kind text not null check (kind in ('status', 'debit', 'credit')),
    end_to_end_id text,
    original_message_id text,                -- our MsgId the bank speaks of
    status_code text,                        -- ISO 20022 status of a `status`
    amount_vnd bigint,
    account_number text,
    account_name text,
    reason_code text,
    booked_on date,
    verdict text not null,                   -- matched | wrong_amount | wrong_account | wrong_name | unknown | repeated | batch_open
    unique (kind, entry_key)
);
create index on ops.bank_entry (end_to_end_id);
create index on ops.bank_entry (bank_message_id);

create table ops.recovery_case (
    case_id text primary key,                -- derived from (entitlement_id, month)
    entitlement_id text not null,
    person_id text not null,
    month text not null,
    entitlement_code text not null,
    amount_vnd bigint not null check (amount_vnd > 0),
    opened_period text not null,
    state text not null default 'open' check (state in ('open', 'agreed', 'recovered', 'dropped')),
    why_vi text not null
);

-- Double entry: every transaction sums to zero.
create table ops.ledger_entry (
    entry_id bigint generated always as identity primary key,
    transaction_id text not null,
    run_id text not null references ops.payment_run,
    end_to_end_id text,
    account text not null check (account in ('budget', 'in_flight', 'paid', 'returned', 'cash')),
    amount_vnd bigint not null,              -- debit positive, credit negative
    at timestamptz not null default now()
);
create index on ops.ledger_entry (run_id, account);
create unique index on ops.ledger_entry (transaction_id, account);

create table ops.audit_event (
    seq bigint primary key,
    at timestamptz not null,
    actor text not null,
    event text not null,
    body jsonb not null,
    prev_hash text not null,
    hash text not null unique
);
