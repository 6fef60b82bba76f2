-- Every check of every run, the rows it failed on (keys only, never a person's data), and signed waivers.
create table ops.check_result (
    check_result_id bigint generated always as identity primary key,
    period text not null,
    dag_run_id text not null,
    gate text not null check (gate in ('commune_sheet', 'national_id', 'person', 'entitlement', 'payment_file', 'bank_return')),
    code text not null,
    severity text not null check (severity in ('block', 'look', 'note')),
    passed boolean not null,
    observed text not null,
    expected text not null,
    failed_count bigint not null,
    waived_by bigint,
    at timestamptz not null default now()
);
create index on ops.check_result (period, gate, at desc);

create table ops.check_failure (
    check_result_id bigint not null references ops.check_result,
    key_kind text not null,                  -- row_id | person_id | entitlement_id | end_to_end_id | file_id | workbook_id | commune_code
    key text not null,
    commune_code text,
    file_name text,
    sheet text,
    row_number integer
);
create index on ops.check_failure (check_result_id);

create table ops.waiver (
    waiver_id bigint generated always as identity primary key,
    code text not null,
    period text,                             -- null: any period until it expires
    commune_code text,                       -- null: every commune
    action text not null default 'accept' check (action in ('accept', 'carry_over', 'skip')),
    reason text not null,
    signed_by text not null,
    signed_at timestamptz not null default now(),
    valid_until date not null
);

-- What the payment files on disk really say, read back before approval and compared with the sealed list.
create table ops.payment_file_reading (
    file_id text primary key,
    sha256 text,                             -- null: the file is gone
    read_at timestamptz not null default now()
);

create table ops.payment_file_line (
    file_id text not null,
    line_number integer not null,
    end_to_end_id text not null,
    amount_vnd bigint not null,
    account_number text,
    primary key (file_id, line_number)
);
create index on ops.payment_file_line (end_to_end_id);
