-- What dbt built, node by node: counts and seconds, never a person's data.
create table ops.warehouse_node (
    run_id text not null,
    stage text not null check (stage in ('warehouse', 'entitle', 'settle')),
    period text not null,
    layer text not null default '',
    unique_id text not null,                 -- dbt's name of the node
    resource_type text not null,
    schema_name text,
    relation_name text,
    status text not null,                    -- success | pass | warn | fail | error | skipped
    seconds double precision not null default 0,
    failures bigint,                         -- rows a test found
    at timestamptz not null default now(),
    primary key (run_id, stage, unique_id)
);
create index on ops.warehouse_node (stage, period, at desc);

-- Which period the published tables of a stage show.
create table ops.warehouse_publication (
    stage text not null,
    period text not null,
    relations integer not null,
    published_at timestamptz not null default now()
);
