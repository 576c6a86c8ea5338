"""Lists within lists, loaded once for all their parents.

A list's rows are peers: what one of them needs, all of them will. The first that asks loads it
for the whole list, with one call for each hospital; the others find it. What was loaded is a list
of peers again, over all parents. (Graphene's own loaders need asyncio.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from graphql import GraphQLResolveInfo

from accounts.access import Access
from scheduler.errors import NotFound
from scheduler.pages import Page

Load = Callable[[Access, list[Any]], Mapping[Any, Any]]


class Peers:
    """The nodes of a list, and what was loaded for all of them, by who asked for it."""

    __slots__ = ("loaded", "nodes")

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.loaded: dict[Any, Any] = {}

    def by_hospital(self) -> list[tuple[Access, list[Any]]]:
        """The rows, hospital by hospital."""
        found: dict[int, tuple[Access, list[Any]]] = {}
        for node in self.nodes:
            # None: a hospital of a list whose door was shut meanwhile.
            if node.access is not None:
                found.setdefault(node.access.hospital_id, (node.access, []))[1].append(node.row)
        return list(found.values())


class Node:
    """A row as a resolver gets it: with the access it was read by, and with its peers."""

    __slots__ = ("access", "peers", "row")

    def __init__(self, row: Any, access: Access | None, peers: Peers) -> None:
        self.row = row
        self.access = access
        self.peers = peers
        peers.nodes.append(self)


class HospitalNode(Node):
    """A hospital by its id: its row and its access are read when a field asks for them.

    `known` has some of the row's values where something else was read with them.
    """

    __slots__ = ("id", "known")

    def __init__(
        self,
        id_: int,
        peers: Peers | None = None,
        *,
        row: Any = None,
        access: Access | None = None,
        known: Any = None,
    ) -> None:
        self.id = id_
        self.known = known
        super().__init__(row, access, peers or Peers())


class Connection:
    """A page as a resolver gets it."""

    __slots__ = ("nodes", "page", "peers")

    def __init__(self, page: Page[Any], nodes: list[Node], peers: Peers) -> None:
        self.page = page
        self.nodes = nodes
        self.peers = peers


def with_peers(value: Any, access: Access, peers: Peers | None = None) -> Any:
    """What a query returned (a page, a list, a row or None) as nodes."""
    peers = peers or Peers()
    if value is None:
        return None
    if isinstance(value, Page):
        return Connection(value, [Node(row, access, peers) for row in value.rows], peers)
    if isinstance(value, list):
        return [Node(row, access, peers) for row in value]
    return Node(value, access, peers)


def for_peers(info: GraphQLResolveInfo, node: Node, key: Any, load: Load) -> Any:
    """What `load` finds for all of the node's peers: that of `key`, as nodes.

    `load` is called once for each hospital, with its rows, and returns a mapping from keys to
    pages, lists or rows. What it raises is raised for each row of that hospital.
    """
    peers = node.peers
    asked = id(info.field_nodes[0])
    if asked not in peers.loaded:
        peers.loaded[asked] = _load_all(peers.by_hospital(), load)
    if node.access is None:
        raise NotFound
    found = peers.loaded[asked][node.access.hospital_id]
    if isinstance(found, Exception):
        raise found
    if key not in found:
        raise NotFound
    return found[key]


def _load_all(hospitals: Iterable[tuple[Access, Sequence[Any]]], load: Load) -> dict[int, Any]:
    below = Peers()
    loaded: dict[int, Any] = {}
    for access, rows in hospitals:
        try:
            found = load(access, list(rows))
        except Exception as error:  # it is that of every row, and of no other hospital
            loaded[access.hospital_id] = error
        else:
            loaded[access.hospital_id] = {
                key: with_peers(value, access, below) for key, value in found.items()
            }
    return loaded
