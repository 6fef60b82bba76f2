-- Who was found to be whom, for ever: ids never change hands, decisions by officers win.
create extension if not exists fuzzystrmatch;   -- levenshtein; trusted, so the database's owner may create it

create table ops.person (
    person_id text primary key,
    created_period text not null,
    merged_into text references ops.person,
    created_at timestamptz not null default now()
);

-- Standardised records already known to belong to a person (how an id stays the same next month), with the
-- fields linkage compares: a person whose next list is typed differently is found by them.
create table ops.person_record (
    record_key text primary key,             -- hash of the standardised identifying fields
    person_id text not null references ops.person,
    first_period text not null,
    last_period text not null,
    name_exact text,                         -- NFC, lower case, with tones
    birth_date date,
    birth_year smallint,
    birth_month smallint,
    sex text,
    cccd text,
    cmnd text,
    commune_code text,
    hamlet_key text,
    phone text,
    account_key text
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

-- What was known of a person from when to when; marts.dim_person shows it. Rewritten only from the published month on.
create table ops.person_version (
    person_id text not null references ops.person,
    valid_from date not null,                -- first day of the payout month
    valid_to date,                           -- exclusive; null while it still holds
    full_name text not null,
    name_key text not null,
    id_number text,
    birth_date date,
    birth_year smallint,
    sex text,
    commune_code text not null,
    life_status text not null,
    identity_status text not null,
    primary key (person_id, valid_from),
    check (valid_to > valid_from)
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
    check (record_key_l < record_key_r),
    check ((decision = 'same_since') = (since_period is not null))
);
create index on ops.identity_decision (record_key_l, record_key_r, decision_id desc);

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

-- How common a name is, counted once for a version of the weights: the same two records weigh the same next month.
create table ops.term_frequency (
    model_version text not null,
    kind text not null check (kind in ('name', 'surname', 'middle', 'given', 'commune', 'people')),
    term text not null,
    frequency double precision not null check (frequency > 0),
    primary key (model_version, kind, term)
);
