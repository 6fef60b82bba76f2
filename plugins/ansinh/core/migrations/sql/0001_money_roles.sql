-- Separate hands: who makes, who checks, who sends, who only looks. Roles belong to the whole server, so they may exist already;
-- a login that may not create roles still migrates, with a warning, and works without them (payment/session.py tells).
do $$
declare
    wanted text;
begin
    foreach wanted in array array['ansinh_maker', 'ansinh_checker', 'ansinh_sender', 'ansinh_auditor', 'analyst'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            begin
                execute format('create role %I nologin', wanted);
            exception
                when duplicate_object or unique_violation then null;   -- another database of this server was faster
                when insufficient_privilege then
                    raise warning 'An Sinh: login % may not create role %; ask the DBA for CREATE ROLE % NOLOGIN', current_user, wanted, wanted;
            end;
        end if;
        if exists (select from pg_roles where rolname = wanted) and wanted <> 'analyst' and not pg_has_role(current_user, wanted, 'SET') then
            begin
                execute format('grant %I to %I', wanted, current_user);
            exception when insufficient_privilege then
                raise warning 'An Sinh: login % may not act as %; ask the DBA for GRANT % TO %', current_user, wanted, wanted, current_user;
            end;
        end if;
    end loop;
end $$;

create function ops.grant_money_roles() returns void language plpgsql as $$
declare
    money constant text := 'ops.payment_run, ops.approval, ops.payment_file, ops.payment_instruction, ops.instruction_month, '
        'ops.instruction_event, ops.bank_message, ops.bank_entry, ops.recovery_case, ops.ledger_entry, ops.audit_event, ops.state_transition, '
        'ops.person, ops.person_merge';
    hand text;
begin
    foreach hand in array array['ansinh_maker', 'ansinh_checker', 'ansinh_sender', 'ansinh_auditor'] loop
        continue when not exists (select from pg_roles where rolname = hand);
        execute format('grant usage on schema ops to %I', hand);
        execute format('grant select on %s to %I', money, hand);
        execute format('grant insert on ops.audit_event to %I', hand);
        if hand = 'ansinh_auditor' then
            grant select on all tables in schema ops to ansinh_auditor;
        elsif hand = 'ansinh_maker' then
            grant insert, delete on ops.payment_instruction, ops.instruction_month to ansinh_maker;
            grant insert on ops.payment_run, ops.payment_file, ops.ledger_entry, ops.instruction_event, ops.recovery_case to ansinh_maker;
            grant update (state, file_id, sent_at, settled_at, return_reason) on ops.payment_instruction to ansinh_maker;
            grant update (state) on ops.payment_file to ansinh_maker;
            grant update (state, rows, total_vnd, planned_by, sealed_by, sealed_at, execution_date, manifest_sha256, required_approvals)
                on ops.payment_run to ansinh_maker;
        elsif hand = 'ansinh_checker' then
            grant insert on ops.approval to ansinh_checker;
            grant update (state) on ops.payment_run to ansinh_checker;
        elsif hand = 'ansinh_sender' then
            grant insert on ops.bank_message, ops.bank_entry, ops.ledger_entry, ops.instruction_event to ansinh_sender;
            grant update (status, kind, entries, unmatched) on ops.bank_message to ansinh_sender;
            grant update (verdict) on ops.bank_entry to ansinh_sender;
            grant update (state, sent_at, settled_at, return_reason) on ops.payment_instruction to ansinh_sender;
            grant update (state, attempt, sent_at, encrypted_sha256) on ops.payment_file to ansinh_sender;
            grant update (state, sent_by, closed_at) on ops.payment_run to ansinh_sender;
        end if;
    end loop;
end $$;
select ops.grant_money_roles();
