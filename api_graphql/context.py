"""What one request knows: who asks, and the doors that were opened for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from accounts.access import Access, Aside, Caller, SignedIn, access_and, access_to, signed_in
from accounts.accesses import accesses_to
from api_graphql.ahead import Doctors
from api_graphql.identifiers import read_id
from hospitals.queries import HospitalRow
from hospitals.together import hospitals_by_id
from scheduler.errors import NotAuthenticated, NotFound, Unavailable

T = TypeVar("T")


class RequestContext:
    """The context of one document: graphql-core hands it to every resolver as `info.context`.

    Within a query a hospital's door is asked once; every mutation asks again.
    """

    def __init__(self, caller: Caller | None, *, address: str, seconds: float) -> None:
        self.caller = caller
        self.address = address
        self.deadline = time.monotonic() + seconds
        self.replayed = False
        # Whether the caller's sign-in was found alive (now; ever), or dead.
        self.admitted = False
        self.was_admitted = False
        self.refused = False
        self._signed_in: SignedIn | None = None
        self._accesses: dict[int, Access | None] = {}
        self._hospitals: dict[int, HospitalRow] = {}
        self._stamps: dict[tuple[int, Doctors], str | None] = {}

    def lateness(self) -> Unavailable | None:
        """The refusal for what has not begun when the document has run for too long."""
        if time.monotonic() <= self.deadline:
            return None
        return Unavailable("The document took too long; ask for less at once.", retry_after=1)

    def signed_in(self) -> SignedIn:
        """Raises `NotAuthenticated`, `Throttled`."""
        if self._signed_in is None:
            self._signed_in = self._door(signed_in)
        return self._signed_in

    def access(self, hospital_id: str, ahead: tuple[Doctors, Aside] | None = None) -> Access:
        """The caller's standing in the hospital that a query names.

        Where the door is asked only now, `ahead` is read with it: `stamps` has it then.
        Raises `NotAuthenticated`, `Throttled`, `NotFound` (for what is no id, too).
        """
        id_ = read_id(hospital_id)
        if id_ is None:
            self.signed_in()
            raise NotFound
        if id_ not in self._accesses:
            if self.admitted:
                # A further hospital of the same request: it was counted already.
                self.accesses([id_])
            else:
                try:
                    self._accesses[id_] = self._door(
                        lambda caller: self._let_in(caller, id_, ahead)
                    )
                except NotFound:
                    self._accesses[id_] = None
        access = self._accesses[id_]
        if access is None:
            raise NotFound
        return access

    def _let_in(
        self, caller: Caller, hospital_id: int, ahead: tuple[Doctors, Aside] | None
    ) -> Access:
        if ahead is None:
            return access_to(caller, hospital_id)
        doctors, aside = ahead
        access, self._stamps[hospital_id, doctors] = access_and(caller, hospital_id, aside)
        return access

    def stamps(self, access: Access, doctor_ids: Sequence[int] | None) -> str | None:
        """The stamps of these doctors, or of all active ones, where the door has read them."""
        doctors = None if doctor_ids is None else tuple(doctor_ids)
        return self._stamps.get((access.hospital_id, doctors))

    def accesses(self, hospital_ids: Iterable[int]) -> dict[int, Access]:
        """The caller's standing in hospitals that a list named. At most one query."""
        ids = set(hospital_ids)
        missing = ids - self._accesses.keys()
        if missing:
            found = self._door(lambda caller: accesses_to(caller, missing))
            self._accesses |= {id_: found.get(id_) for id_ in missing}
        return {id_: access for id_ in ids if (access := self._accesses[id_])}

    def begin_mutation(self) -> None:
        """Forget what was read before: rights and rows are read afresh."""
        self._signed_in = None
        self._accesses.clear()
        self._hospitals.clear()
        self._stamps.clear()
        self.admitted = False

    def opened(self, hospital_id: str) -> Access:
        """The caller's standing in the hospital that a mutation names, as it is now."""
        self.begin_mutation()
        return self.access(hospital_id)

    def hospitals(self, accesses: Collection[Access]) -> dict[int, HospitalRow]:
        """The rows of these hospitals by id. At most one query."""
        missing = [a for a in accesses if a.hospital_id not in self._hospitals]
        if missing:
            self._hospitals |= hospitals_by_id(missing)
        return self._hospitals

    def _door(self, ask: Callable[[Caller], T]) -> T:
        if self.caller is None:
            raise NotAuthenticated
        try:
            found = ask(self.caller)
        except NotAuthenticated:
            self.refused = True
            raise
        except NotFound:
            self.admitted = self.was_admitted = True
            raise
        self.admitted = self.was_admitted = True
        return found
