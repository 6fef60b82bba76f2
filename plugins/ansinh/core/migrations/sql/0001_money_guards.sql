-- What nobody may do with money, whichever program or person asks. Code above this may be wrong; these may not.

-- The graph of lawful state changes. A row here is a rule; anything absent is refused.
create table ops.state_transition (
    entity text not null check (entity in ('run', 'file', 'instruction')),
    from_state text not null,
    to_state text not null,
    hand text not null check (hand in ('ansinh_maker', 'ansinh_checker', 'ansinh_sender')),  -- the only role that may take this step
    primary key (entity, from_state, to_state)
);
insert into ops.state_transition (hand, entity, from_state, to_state)
select 'ansinh_maker', 'run', from_state, to_state from (values
    ('draft', 'checked'), ('draft', 'empty'), ('draft', 'cancelled'), ('checked', 'draft'), ('checked', 'empty'), ('checked', 'sealed'),
    ('checked', 'cancelled'), ('empty', 'draft'), ('empty', 'checked'), ('empty', 'cancelled'), ('approved', 'sealed'), ('held', 'sealed')
) as step (from_state, to_state)
union all
select 'ansinh_checker', 'run', from_state, to_state from (values
    ('sealed', 'approved'), ('sealed', 'held'), ('sealed', 'cancelled'), ('approved', 'held'), ('approved', 'cancelled'), ('held', 'cancelled')
) as step (from_state, to_state)
union all
select 'ansinh_sender', 'run', from_state, to_state from (values
    ('approved', 'sending'), ('sending', 'sent'), ('sending', 'approved'),   -- back only when nothing left (evidence)
    ('sent', 'reconciled'), ('reconciled', 'sent'), ('reconciled', 'closed')
) as step (from_state, to_state)
union all
select 'ansinh_sender', 'file', from_state, to_state from (values
    ('sealed', 'sending'), ('sending', 'sent'), ('sending', 'unknown'), ('unknown', 'sent'), ('unknown', 'sending'), ('unknown', 'sealed'),
    ('unknown', 'acked'), ('unknown', 'rejected'), ('sent', 'acked'), ('sent', 'rejected'), ('acked', 'rejected')
) as step (from_state, to_state)
union all
select 'ansinh_maker', 'file', 'sealed', 'cancelled'
union all
select 'ansinh_maker', 'instruction', from_state, to_state from (values
    ('planned', 'sealed'), ('planned', 'listed'), ('planned', 'cancelled'), ('sealed', 'cancelled'), ('listed', 'cancelled')
) as step (from_state, to_state)
union all
select 'ansinh_sender', 'instruction', from_state, to_state from (values
    ('sealed', 'sent'), ('sealed', 'unknown'), ('unknown', 'sealed'), ('unknown', 'sent'), ('unknown', 'accepted'), ('unknown', 'settled'),
    ('unknown', 'rejected'), ('sent', 'accepted'), ('sent', 'settled'), ('sent', 'rejected'), ('accepted', 'settled'), ('accepted', 'rejected'),
    ('settled', 'returned'), ('listed', 'collected'), ('listed', 'uncollected'), ('uncollected', 'collected'), ('uncollected', 'carried')
) as step (from_state, to_state);

create function ops.refuse() returns trigger language plpgsql as $$
begin
    raise exception '%: % is not allowed on ops.%', tg_argv[0], lower(tg_op), tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

create function ops.guard_transition() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
begin
    -- the role the session acts under ('none' is the login itself: a server without our roles, or a DBA)
    if not exists (select from state_transition t where t.entity = tg_argv[0] and t.from_state = old.state and t.to_state = new.state
                   and current_setting('role') in ('none', t.hand)) then
        raise exception 'STATE_GRAPH: % cannot go from % to % by %', tg_argv[0], old.state, new.state, current_setting('role')
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create trigger graph before update on ops.payment_run for each row
    when (old.state is distinct from new.state) execute function ops.guard_transition('run');
create trigger graph before update on ops.payment_file for each row
    when (old.state is distinct from new.state) execute function ops.guard_transition('file');

-- Instructions move by the hundred thousand: judged once a statement, not once a row (their ids cannot change, see `frozen`).
create function ops.guard_instruction_steps() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
declare
    step record;
begin
    for step in
        select o.state as gone, n.state as come from was o join became n using (end_to_end_id) where o.state <> n.state group by 1, 2
    loop
        if not exists (select from state_transition t where t.entity = 'instruction' and t.from_state = step.gone and t.to_state = step.come
                       and current_setting('role') in ('none', t.hand)) then
            raise exception 'STATE_GRAPH: instruction cannot go from % to % by %', step.gone, step.come, current_setting('role')
                using errcode = 'integrity_constraint_violation';
        end if;
    end loop;
    return null;
end $$;
create trigger graph after update on ops.payment_instruction referencing old table as was new table as became
    for each statement execute function ops.guard_instruction_steps();

-- An instruction is frozen from its seal on. Only its way through the world may still be written.
create trigger frozen before update on ops.payment_instruction for each row
    when (
        (old.end_to_end_id, old.run_id, old.period, old.entitlement_id, old.attempt)
            is distinct from (new.end_to_end_id, new.run_id, new.period, new.entitlement_id, new.attempt)
        or (old.state <> 'planned' and (
            old.guard_key, old.person_id, old.beneficiary_name, old.programme_code, old.entitlement_code, old.subject_person_id, old.share_no,
            old.payee_id, old.payee_name, old.bin, old.account_number, old.account_name, old.amount_vnd, old.channel, old.commune_code, old.hamlet
        ) is distinct from (
            new.guard_key, new.person_id, new.beneficiary_name, new.programme_code, new.entitlement_code, new.subject_person_id, new.share_no,
            new.payee_id, new.payee_name, new.bin, new.account_number, new.account_name, new.amount_vnd, new.channel, new.commune_code, new.hamlet
        ))
        or (old.state not in ('planned', 'sealed') and old.file_id is distinct from new.file_id)
    ) execute function ops.refuse('SEALED_INSTRUCTION');
create trigger kept before delete on ops.payment_instruction for each row
    when (old.state <> 'planned') execute function ops.refuse('SEALED_INSTRUCTION');
create trigger no_truncate before truncate on ops.payment_instruction for each statement execute function ops.refuse('SEALED_INSTRUCTION');

-- New lines are born planned, in a run that is not sealed yet.
create function ops.guard_new_instructions() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
begin
    if exists (select from born n left join payment_run r using (run_id)
               where n.state <> 'planned' or r.state not in ('draft', 'checked') or r.period <> n.period) then
        raise exception 'LATE_INSTRUCTION: instructions are added as planned, to a draft run of their period'
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create trigger born_planned after insert on ops.payment_instruction referencing new table as born
    for each statement execute function ops.guard_new_instructions();

-- The months of a line change only while it is planned.
create function ops.guard_months() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
begin
    if exists (select from touched m left join payment_instruction i using (end_to_end_id) where i.state <> 'planned') then
        raise exception 'SEALED_MONTHS: the months of a sealed instruction are frozen' using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create trigger months_added after insert on ops.instruction_month referencing new table as touched
    for each statement execute function ops.guard_months();
create trigger months_removed after delete on ops.instruction_month referencing old table as touched
    for each statement execute function ops.guard_months();
create trigger months_fixed before update on ops.instruction_month for each row execute function ops.refuse('SEALED_MONTHS');
create trigger no_truncate before truncate on ops.instruction_month for each statement execute function ops.refuse('SEALED_MONTHS');

create trigger frozen before update on ops.payment_file for each row
    when (
        (old.file_id, old.run_id, old.bank, old.sequence_number, old.message_id, old.file_name, old.sha256, old.size_bytes, old.rows, old.total_vnd)
        is distinct from
        (new.file_id, new.run_id, new.bank, new.sequence_number, new.message_id, new.file_name, new.sha256, new.size_bytes, new.rows, new.total_vnd)
        or (old.encrypted_sha256 is not null and old.encrypted_sha256 is distinct from new.encrypted_sha256)
    ) execute function ops.refuse('SEALED_FILE');
create trigger kept before delete or truncate on ops.payment_file for each statement execute function ops.refuse('SEALED_FILE');
create trigger kept before delete or truncate on ops.payment_run for each statement execute function ops.refuse('KEPT_RUN');

-- Whoever a person has been merged into, at the end of the chain (a merge loop ends at 32 steps).
create function ops.root_person(person text) returns text language sql stable set search_path = ops, pg_temp as $$
    with recursive chain (person_id, merged_into, depth) as (
        select p.person_id, p.merged_into, 0 from person p where p.person_id = person
        union all
        select p.person_id, p.merged_into, chain.depth + 1 from chain join person p on p.person_id = chain.merged_into where chain.depth < 32
    )
    select coalesce((select c.person_id from chain c order by c.depth desc limit 1), person)
$$;

-- A guard key with every person in it replaced by whom he was merged into.
create function ops.root_guard(guard_key text) returns text language sql stable set search_path = ops, pg_temp as $$
    select string_agg(ops.root_person(part), '|' order by at) from unnest(string_to_array(guard_key, '|')) with ordinality as parts (part, at)
$$;

-- Lines of a run that would pay a human twice in the period although two person ids were used (merged later).
create function ops.merged_twice(run text) returns setof text language sql stable set search_path = ops, pg_temp as $$
    with gone as (select p.person_id from person p where p.merged_into is not null),
    this as (select r.period from payment_run r where r.run_id = run),
    live as (
        select i.end_to_end_id, i.run_id, ops.root_guard(i.guard_key) as root, i.guard_key from payment_instruction i join this using (period)
        where i.state not in ('rejected', 'returned', 'cancelled', 'carried')
          and (i.person_id in (table gone) or i.subject_person_id in (table gone))
    )
    select i.end_to_end_id from payment_instruction i join this using (period) join live on live.root = i.guard_key
    where i.run_id = run and i.state in ('planned', 'sealed', 'listed') and live.end_to_end_id <> i.end_to_end_id
    union
    select a.end_to_end_id from live a join live b on a.root = b.root and a.end_to_end_id <> b.end_to_end_id where a.run_id = run
$$;

create function ops.guard_run() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
declare
    reseals boolean := new.manifest_sha256 is distinct from old.manifest_sha256;
    found record;
begin
    if (old.run_id, old.period, old.programme_group, old.run_number, old.created_by, old.created_at)
        is distinct from (new.run_id, new.period, new.programme_group, new.run_number, new.created_by, new.created_at) then
        raise exception 'RUN_IDENTITY: a run keeps its name and its maker' using errcode = 'integrity_constraint_violation';
    end if;
    if old.manifest_sha256 is not null and not reseals and
        (old.rows, old.total_vnd, old.planned_by, old.sealed_by, old.sealed_at, old.execution_date, old.required_approvals)
        is distinct from (new.rows, new.total_vnd, new.planned_by, new.sealed_by, new.sealed_at, new.execution_date, new.required_approvals) then
        raise exception 'SEALED_RUN: the figures of a sealed run are frozen' using errcode = 'integrity_constraint_violation';
    end if;
    if (reseals or new.state = 'cancelled') and exists (
        select from payment_file f where f.run_id = new.run_id and f.state in ('sending', 'sent', 'unknown', 'acked', 'rejected')) then
        raise exception 'MONEY_LEFT: a file of this run has left or may have left' using errcode = 'integrity_constraint_violation';
    end if;
    if new.state = 'sealed' and old.state <> 'sealed' and not reseals then
        raise exception 'RESEAL: a run is sealed again only with a new manifest' using errcode = 'integrity_constraint_violation';
    end if;
    if reseals then
        if new.manifest_sha256 !~ '^[0-9a-f]{64}$' or new.state <> 'sealed' or old.state not in ('checked', 'sealed', 'approved', 'held')
            or new.sealed_by is null or new.sealed_at is null or new.execution_date is null then
            raise exception 'SEAL: a seal names its maker, moment, execution date and manifest' using errcode = 'integrity_constraint_violation';
        end if;
        select count(*) as rows, coalesce(sum(amount_vnd), 0) as total into found
            from payment_instruction where run_id = new.run_id and state in ('planned', 'sealed', 'listed');
        if found.rows = 0 or (found.rows, found.total) is distinct from (new.rows::bigint, new.total_vnd::numeric) then
            raise exception 'SEAL_TOTALS: the run says % rows and % VND, its instructions % and %', new.rows, new.total_vnd, found.rows, found.total
                using errcode = 'integrity_constraint_violation';
        end if;
        select count(*) as rows into found from (
            select i.end_to_end_id from payment_instruction i left join instruction_month m using (end_to_end_id)
            where i.run_id = new.run_id and i.state in ('planned', 'sealed', 'listed')
            group by i.end_to_end_id having coalesce(sum(m.amount_vnd), 0) <> i.amount_vnd) as odd;
        if found.rows > 0 then
            raise exception 'SEAL_MONTHS: % instructions differ from the sum of their months', found.rows using errcode = 'integrity_constraint_violation';
        end if;
        select count(*) as rows into found from ops.merged_twice(new.run_id);
        if found.rows > 0 then
            raise exception 'MERGED_TWICE: % instructions pay a person already paid under another id', found.rows using errcode = 'integrity_constraint_violation';
        end if;
        select coalesce(sum(f.rows), 0) as rows, coalesce(sum(f.total_vnd), 0) as total,
               (select count(*) from payment_instruction i where i.run_id = new.run_id and i.state in ('planned', 'sealed') and i.channel = 'bank') as lines,
               (select coalesce(sum(i.amount_vnd), 0) from payment_instruction i where i.run_id = new.run_id and i.state in ('planned', 'sealed') and i.channel = 'bank') as money
            into found from payment_file f where f.run_id = new.run_id and f.state = 'sealed';
        if (found.rows, found.total) is distinct from (found.lines, found.money) then
            raise exception 'SEAL_FILES: the files hold % rows and % VND, the bank lines % and %', found.rows, found.total, found.lines, found.money
                using errcode = 'integrity_constraint_violation';
        end if;
    end if;
    if new.state in ('approved', 'sending', 'sent') and new.state <> old.state then
        select count(*) filter (where a.decision = 'approve') as yes, count(*) filter (where a.decision <> 'approve') as no into found
            from approval a where a.run_id = new.run_id and a.manifest_sha256 = new.manifest_sha256;
        if found.yes < new.required_approvals or found.no > 0 then
            raise exception 'NOT_APPROVED: % of % approvals for this manifest, % objections', found.yes, new.required_approvals, found.no
                using errcode = 'integrity_constraint_violation';
        end if;
    end if;
    if new.state in ('approved', 'sending') and new.state <> old.state and exists (select from ops.merged_twice(new.run_id)) then
        raise exception 'MERGED_TWICE: persons of this run were merged with others after its seal' using errcode = 'integrity_constraint_violation';
    end if;
    if new.state = 'sending' and new.state <> old.state and (new.sent_by is null or exists (
        select from approval a where a.run_id = new.run_id and a.manifest_sha256 = new.manifest_sha256
            and a.decision = 'approve' and ops.same_name(a.approver, new.sent_by))) then
        raise exception 'FOUR_EYES: who approves a run does not send it' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

-- Two spellings of one login are one person: case and outer blanks do not make a second pair of eyes.
create function ops.same_name(one text, other text) returns boolean language sql immutable as $$
    select lower(btrim(normalize(one, NFKC))) = lower(btrim(normalize(other, NFKC)))
$$;

create trigger guard before update on ops.payment_run for each row execute function ops.guard_run();

create function ops.guard_new_run() returns trigger language plpgsql as $$
begin
    if new.state <> 'draft' or new.manifest_sha256 is not null or btrim(new.created_by) = '' then
        raise exception 'NEW_RUN: a run begins as a draft of a named maker' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger born_draft before insert on ops.payment_run for each row execute function ops.guard_new_run();

create function ops.guard_approval() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
declare
    run payment_run%rowtype;
begin
    select * into run from payment_run r where r.run_id = new.run_id for update;
    new.approver := btrim(new.approver);
    if new.approver = '' then
        raise exception 'APPROVER: a decision has a name' using errcode = 'integrity_constraint_violation';
    end if;
    if new.manifest_sha256 is distinct from run.manifest_sha256 then
        raise exception 'STALE_MANIFEST: the decision is about another seal of this run' using errcode = 'integrity_constraint_violation';
    end if;
    if new.decision = 'approve' and (ops.same_name(new.approver, run.created_by) or ops.same_name(new.approver, run.sealed_by)
        or ops.same_name(new.approver, coalesce(run.planned_by, '')) or ops.same_name(new.approver, coalesce(run.sent_by, ''))) then
        raise exception 'FOUR_EYES: nobody approves what he made, sealed or sends' using errcode = 'integrity_constraint_violation';
    end if;
    if new.decision = 'approve' and exists (select from approval a where a.run_id = new.run_id and a.manifest_sha256 = new.manifest_sha256
        and a.decision = 'approve' and ops.same_name(a.approver, new.approver)) then
        raise exception 'SAME_APPROVER: one person is one approval' using errcode = 'unique_violation';
    end if;
    if new.decision = 'approve' and run.state <> 'sealed' or run.state not in ('sealed', 'approved', 'held') then
        raise exception 'NOT_SEALED: run is %', run.state using errcode = 'integrity_constraint_violation';
    end if;
    if new.decision <> 'approve' and btrim(new.reason) = '' then
        raise exception 'REASON: who says no says why' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger guard before insert on ops.approval for each row execute function ops.guard_approval();
create trigger kept before update or delete or truncate on ops.approval for each statement execute function ops.refuse('KEPT_APPROVAL');
