-- Three graph steps SQL alone says badly. They read a query given as text, write nothing but temporary tables,
-- and depend only on ids and weights, never on the order rows arrive in.

-- Connected components by min-label hooking with pointer jumping: each round hooks every node to its smallest smaller
-- neighbour, flattens the trees by doubling, and contracts the edges. Stars, chains and cliques take a few rounds.
-- edge_query: (row_id_l text, row_id_r text). Result: every node with the smallest node (byte order) of its component.
create function ops.label_components(edge_query text) returns table (node text, component text)
language plpgsql as $$
begin
    drop table if exists pg_temp.cc_pair, pg_temp.cc_node, pg_temp.cc_edge, pg_temp.cc_hook;
    execute 'create temporary table cc_pair as select row_id_l as l, row_id_r as r from (' || edge_query || ') as given';
    create temporary table cc_node as
        select named.name, (row_number() over (order by named.name collate "C"))::int as id, 0 as root
        from (select p.l as name from pg_temp.cc_pair p union select p.r from pg_temp.cc_pair p) as named;
    update pg_temp.cc_node set root = id;
    analyze pg_temp.cc_node;
    create temporary table cc_edge as
        select distinct least(a.id, b.id) as low, greatest(a.id, b.id) as high
        from pg_temp.cc_pair p join pg_temp.cc_node a on a.name = p.l join pg_temp.cc_node b on b.name = p.r
        where a.id <> b.id;
    while exists (select 1 from pg_temp.cc_edge) loop
        drop table if exists pg_temp.cc_hook;
        create temporary table cc_hook as select e.high as id, min(e.low) as root from pg_temp.cc_edge e group by e.high;
        analyze pg_temp.cc_hook;
        loop
            update pg_temp.cc_hook h set root = up.root from pg_temp.cc_hook up where h.root = up.id;
            exit when not found;
        end loop;
        update pg_temp.cc_node n set root = h.root from pg_temp.cc_hook h where n.root = h.id;
        create temporary table cc_next as
            select distinct least(a, b) as low, greatest(a, b) as high
            from (
                select coalesce(hl.root, e.low) as a, coalesce(hh.root, e.high) as b
                from pg_temp.cc_edge e left join pg_temp.cc_hook hl on hl.id = e.low left join pg_temp.cc_hook hh on hh.id = e.high
            ) as moved
            where a <> b;
        drop table pg_temp.cc_edge;
        alter table pg_temp.cc_next rename to cc_edge;
    end loop;
    return query select n.name, r.name from pg_temp.cc_node n join pg_temp.cc_node r on r.id = n.root;
    drop table if exists pg_temp.cc_pair, pg_temp.cc_node, pg_temp.cc_edge, pg_temp.cc_hook;
end $$;

-- Which links must be cut so that no component holds two identities or two records an officer called different.
-- Links are taken from the surest down (an officer's first); one that would bring a conflict about is cut: in a simple
-- chain between two identities that is the weakest link.
-- edge_query: (row_id_l, row_id_r, weight, is_decided); identity_query: (node, identity); apart_query: (row_id_l, row_id_r).
create function ops.conflicting_links(edge_query text, identity_query text, apart_query text)
returns table (row_id_l text, row_id_r text)
language plpgsql as $$
declare
    link record;
    home_l integer;
    home_r integer;
    kept integer;
    gone integer;
begin
    drop table if exists pg_temp.cl_link, pg_temp.cl_home, pg_temp.cl_identity, pg_temp.cl_apart;
    execute 'create temporary table cl_link as select row_id_l as l, row_id_r as r, weight::float8 as weight, is_decided from ('
        || edge_query || ') as given';
    create temporary table cl_home as
        select named.name, (row_number() over (order by named.name collate "C"))::int as home
        from (select k.l as name from pg_temp.cl_link k union select k.r from pg_temp.cl_link k) as named;
    alter table pg_temp.cl_home add primary key (name);
    create index on pg_temp.cl_home (home);
    execute 'create temporary table cl_identity as select distinct h.home, given.identity from (' || identity_query
        || ') as given join pg_temp.cl_home h on h.name = given.node where given.identity is not null';
    create index on pg_temp.cl_identity (home);
    execute 'create temporary table cl_apart as select l.name as l, r.name as r from (' || apart_query
        || ') as given join pg_temp.cl_home l on l.name = given.row_id_l join pg_temp.cl_home r on r.name = given.row_id_r';
    for link in select * from pg_temp.cl_link k order by k.is_decided desc, k.weight desc, k.l collate "C", k.r collate "C" loop
        select h.home into home_l from pg_temp.cl_home h where h.name = link.l;
        select h.home into home_r from pg_temp.cl_home h where h.name = link.r;
        continue when home_l = home_r;
        if exists (
            select 1 from pg_temp.cl_apart a join pg_temp.cl_home x on x.name = a.l join pg_temp.cl_home y on y.name = a.r
            where (x.home = home_l and y.home = home_r) or (x.home = home_r and y.home = home_l)
        ) or (not link.is_decided
            and exists (select i.identity from pg_temp.cl_identity i where i.home = home_l
                        except select i.identity from pg_temp.cl_identity i where i.home = home_r)
            and exists (select i.identity from pg_temp.cl_identity i where i.home = home_r
                        except select i.identity from pg_temp.cl_identity i where i.home = home_l)
        ) then
            row_id_l := link.l;
            row_id_r := link.r;
            return next;
            continue;
        end if;
        kept := least(home_l, home_r);
        gone := greatest(home_l, home_r);
        update pg_temp.cl_home set home = kept where home = gone;
        insert into pg_temp.cl_identity
            select kept, i.identity from pg_temp.cl_identity i where i.home = gone
            except select kept, i.identity from pg_temp.cl_identity i where i.home = kept;
        delete from pg_temp.cl_identity i where i.home = gone;
    end loop;
    drop table if exists pg_temp.cl_link, pg_temp.cl_home, pg_temp.cl_identity, pg_temp.cl_apart;
end $$;

-- Of records that may be the same person, which stay and which are the extra ones: one stays unless a record that
-- stays outranks it. pair_query: (first text, second text), `first` outranking `second`; the relation has no cycle.
create function ops.extra_members(pair_query text) returns table (node text, is_extra boolean)
language plpgsql as $$
begin
    drop table if exists pg_temp.xm_pair, pg_temp.xm_node;
    execute 'create temporary table xm_pair as select distinct first, second from (' || pair_query || ') as given';
    create temporary table xm_node as
        select named.name, null::boolean as extra
        from (select p.first as name from pg_temp.xm_pair p union select p.second from pg_temp.xm_pair p) as named;
    loop
        update pg_temp.xm_node n set extra = exists (
            select 1 from pg_temp.xm_pair p join pg_temp.xm_node o on o.name = p.first where p.second = n.name and o.extra is false
        )
        where n.extra is null and not exists (
            select 1 from pg_temp.xm_pair p join pg_temp.xm_node o on o.name = p.first where p.second = n.name and o.extra is null
        );
        exit when not found;
    end loop;
    return query select n.name, coalesce(n.extra, true) from pg_temp.xm_node n;
    drop table if exists pg_temp.xm_pair, pg_temp.xm_node;
end $$;
