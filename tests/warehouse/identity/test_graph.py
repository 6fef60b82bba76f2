"""The graph steps in SQL against plain union-find and plain reasoning."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from itertools import pairwise

import pytest
from ansinh.core.db import connect, copy_rows

Edge = tuple[str, str]


def union_find(edges: Iterable[Edge]) -> dict[str, str]:
    """Every node with the smallest node of its component."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in edges:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    return {node: root(node) for node in parent}


def components(edges: list[Edge]) -> dict[str, str]:
    with connect() as connection:
        connection.execute("create table public.edge (row_id_l text, row_id_r text)")
        copy_rows(connection, "public.edge", ["row_id_l", "row_id_r"], edges)
        return dict(connection.execute("select node, component from ops.label_components('select * from public.edge')").fetchall())


def name(number: int) -> str:
    return f"n{number:06d}"


def random_graph(seed: int) -> list[Edge]:
    rng = random.Random(seed)
    nodes = rng.randrange(2, 400)
    return [(name(rng.randrange(nodes)), name(rng.randrange(nodes))) for _ in range(rng.randrange(1, nodes))]


@pytest.mark.parametrize("seed", range(12))
def test_components_equal_union_find_on_random_graphs(dsn: str, seed: int) -> None:
    edges = random_graph(seed)
    assert components(edges) == union_find(edges)


@pytest.mark.parametrize("centre", [0, 5_000, 10_000])
def test_components_equal_union_find_on_a_star_of_ten_thousand(dsn: str, centre: int) -> None:
    edges = [(name(centre), name(leaf)) for leaf in range(10_001) if leaf != centre]
    assert components(edges) == union_find(edges)


@pytest.mark.parametrize("shuffled", [False, True])
def test_components_equal_union_find_on_a_chain_of_a_thousand(dsn: str, shuffled: bool) -> None:
    order = list(range(1_000))
    if shuffled:
        random.Random(7).shuffle(order)
    edges = [(name(left), name(right)) for left, right in pairwise(order)]
    assert components(edges) == union_find(edges)


def test_components_equal_union_find_on_cliques_joined_by_one_edge(dsn: str) -> None:
    cliques = [[(name(base + a), name(base + b)) for a in range(60) for b in range(a)] for base in (0, 100, 200)]
    edges = [edge for clique in cliques for edge in clique] + [(name(59), name(100))]
    assert components(edges) == union_find(edges)


def test_a_large_star_and_a_long_chain_take_no_longer_than_a_few_seconds(dsn: str) -> None:
    star = [(name(0), name(leaf)) for leaf in range(1, 20_000)]
    chain = [(name(30_000 + at), name(30_001 + at)) for at in range(5_000)]
    started = time.monotonic()
    assert len(set(components(star + chain).values())) == 2
    assert time.monotonic() - started < 10


def cut(edges: list[tuple[str, str, float, bool]], identities: dict[str, str], apart: list[Edge] | None = None) -> set[Edge]:
    with connect() as connection:
        connection.execute("create table public.link (row_id_l text, row_id_r text, weight float8, is_decided boolean)")
        connection.execute("create table public.who (node text, identity text)")
        connection.execute("create table public.apart (row_id_l text, row_id_r text)")
        copy_rows(connection, "public.link", ["row_id_l", "row_id_r", "weight", "is_decided"], edges)
        copy_rows(connection, "public.who", ["node", "identity"], identities.items())
        copy_rows(connection, "public.apart", ["row_id_l", "row_id_r"], apart or [])
        rows = connection.execute(
            "select * from ops.conflicting_links('select * from public.link', 'select * from public.who', 'select * from public.apart')"
        ).fetchall()
    return {(str(left), str(right)) for left, right in rows}


def test_the_weakest_link_between_two_identities_is_cut(dsn: str) -> None:
    assert cut([("a", "b", 12, False), ("b", "c", 9.5, False)], {"a": "1", "c": "2"}) == {("b", "c")}


def test_nothing_is_cut_where_one_identity_is_held(dsn: str) -> None:
    assert cut([("a", "b", 12, False), ("b", "c", 9.5, False)], {"a": "1", "b": "1"}) == set()


def test_an_officers_same_outweighs_two_numbers(dsn: str) -> None:
    assert cut([("a", "b", 1, True), ("b", "c", 20, False)], {"a": "1", "b": "2", "c": "2"}) == set()


def test_an_officers_different_is_kept_through_a_third_record(dsn: str) -> None:
    assert cut([("a", "b", 12, False), ("b", "c", 9.5, False)], {}, [("a", "c")]) == {("b", "c")}


def test_the_cut_does_not_depend_on_the_order_of_links(dsn: str) -> None:
    rng = random.Random(3)
    edges = [(name(a), name(b), float(rng.randrange(5)), False) for a in range(30) for b in range(a) if rng.random() < 0.2]
    identities = {name(at): str(at % 4) for at in range(0, 30, 3)}
    first = cut(edges, identities)
    with connect() as connection:
        connection.execute("drop table public.link, public.who, public.apart")
    rng.shuffle(edges)
    assert cut(edges, identities) == first
    kept = [(left, right) for left, right, _, _ in edges if (left, right) not in first]
    roots = union_find(kept)
    held: dict[str, set[str]] = {}
    for node, identity in identities.items():
        held.setdefault(roots.get(node, node), set()).add(identity)
    assert all(len(found) == 1 for found in held.values())


def test_of_three_in_a_row_only_the_middle_one_is_extra(dsn: str) -> None:
    pairs = "select * from (values (''a'', ''b''), (''b'', ''c'')) as pair (first, second)"
    with connect() as connection:
        rows = connection.execute(f"select * from ops.extra_members('{pairs}')").fetchall()
    assert dict(rows) == {"a": False, "b": True, "c": False}
