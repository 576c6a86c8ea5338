"""A hospital's access, its row and what is in it: asked for all hospitals of a list at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from graphql import GraphQLResolveInfo

from accounts.access import Access
from api_graphql.peers import HospitalNode, for_peers
from hospitals.models import Hospital as HospitalRow
from scheduler.errors import NotFound


def opened(node: HospitalNode, info: GraphQLResolveInfo) -> HospitalNode:
    """The node with its access, asked for all of its peers at once."""
    if node.access is None:
        peers = cast(list[HospitalNode], node.peers.nodes)
        found = info.context.accesses([peer.id for peer in peers])
        for peer in peers:
            peer.access = found.get(peer.id)
    if node.access is None:
        raise NotFound
    return node


def row_of(node: HospitalNode, info: GraphQLResolveInfo) -> HospitalRow:
    """The node's row, read for all of its peers at once."""
    if node.row is None:
        opened(node, info)
        every = cast(list[HospitalNode], node.peers.nodes)
        peers = [peer for peer in every if peer.access is not None]
        found = info.context.hospitals([peer.access for peer in peers])
        for peer in peers:
            peer.row = found.get(peer.id)
    if node.row is None:
        raise NotFound
    row: HospitalRow = node.row
    return row


def read(node: HospitalNode, info: GraphQLResolveInfo, query: Callable[[Access], Any]) -> Any:
    """What `query` finds in the hospital, as nodes; the peers' queries run now too."""
    return for_peers(
        info, opened(node, info), node.id, lambda access, _rows: {access.hospital_id: query(access)}
    )
