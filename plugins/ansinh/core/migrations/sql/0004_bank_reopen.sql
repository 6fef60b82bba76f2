-- Money may come back after a run was closed. The bank's word then opens the run again, and it closes only when it ties once more.
insert into ops.state_transition (entity, from_state, to_state, hand) values ('run', 'closed', 'sent', 'ansinh_sender');
