"""Every method of Mem0's own clients, unmodified, against a live server: each does what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conformance import page
from tests.conformance.clients import CLIENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conformance.clients import Outcome

METHODS = [(client, method) for client in CLIENTS for method in CLIENTS[client].methods()]


@pytest.mark.parametrize(("client", "method"), METHODS)
def test_a_method_does_what_it_says(driven: Callable[[str], Outcome], client: str, method: str) -> None:
    outcome = driven(client).checks[method]
    assert outcome["ok"], outcome["error"]


@pytest.mark.parametrize("client", CLIENTS)
def test_every_method_that_a_client_has_is_checked(driven: Callable[[str], Outcome], client: str) -> None:
    assert set(driven(client).there) == set(CLIENTS[client].methods())


@pytest.mark.parametrize("client", CLIENTS)
def test_the_page_says_what_was_found(driven: Callable[[str], Outcome], client: str) -> None:
    outcome = driven(client)
    assert all(one["ok"] for one in outcome.checks.values()), "what does not work belongs on no page"
    page.settle(client, page.section(CLIENTS[client], outcome))
