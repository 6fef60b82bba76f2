-- Who was found to be whom, for ever: ids never change hands, decisions by officers win.
create table ops.person (
    person_id text primary key,
    created_period text not null,
    merged_into text references ops.person,
    created_at timestamptz not null default now()
);

-- Standardised record keys already known to belong to a person (how an id stays the same next month).
create table ops.person_record (
    record_key text primary key,             -- hash of the standardised identifying fields
    person_id text not null references ops.person,
    first_period text not null,
    last_period text not null
);
create index on ops.person_record (person_id);

create table ops.person_merge (
    from_person_id text not null references ops.person,
    into_person_id text not null references ops.person,
    period text not null,
    cause text not null,                     -- id | model | decision | split
    at timestamptz not null default now(),
    primary key (from_person_id, into_person_id, period)
);

create table ops.identity_decision (
    decision_id bigint generated always as identity primary key,
    record_key_l text not null,
    record_key_r text not null,
    decision text not null check (decision in ('same', 'different', 'same_since')),
    since_period text,
    reason text not null,
    decided_by text not null,
    at timestamptz not null default now(),
    check (record_key_l < record_key_r)
);

-- Months paid before An Sinh ran (ansinh run --opening FILE).
create table ops.opening_history (
    period text not null,
    commune_code text not null,
    id_number text not null,
    entitlement_code text not null,
    subject_id_number text not null default '',
    amount_vnd bigint not null check (amount_vnd >= 0),
    paid boolean not null,
    primary key (period, id_number, entitlement_code, subject_id_number, commune_code)
);
