"""Whatever the description of the API allows, and much that it does not: nothing ends in an internal error.

And every answer is one that the description names.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.engine import open_memory
from tests.rest.live import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.rest.live import Live

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 4
"""For each operation, as the description allows it and again as it does not."""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One server for all operations, so that they meet what others left."""
    folder: Path = tmp_path_factory.mktemp("schemathesis")
    with open_memory("sqlite", folder) as engine, serving(engine, folder) as server:
        yield server


@pytest.mark.parametrize("mode", GenerationMode)
def test_no_request_is_too_strange(live: Live, mode: GenerationMode) -> None:
    known, key = made(live), live.accounts.create_key()[1]
    faults = []
    for operation in operations(live):

        @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
        @settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.generate])
        def ask(case: Any, data: st.DataObject) -> None:
            for name in sorted(known.keys() & (case.path_parameters or {}).keys()):
                if data.draw(st.booleans()):
                    case.path_parameters[name] = data.draw(st.sampled_from(known[name]))
            case.call_and_validate(headers={"Authorization": f"Token {key}"}, checks=CHECKS, timeout=60)

        try:
            ask()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label  # nothing can be wrong where nothing is asked
        except Exception as error:
            faults.append(f"{operation.label}: {error!r} {getattr(error, 'exceptions', '')}")
    assert not faults, "\n\n".join(faults)


def operations(live: Live) -> list[Any]:
    """All that the server describes."""
    schema = schemathesis.openapi.from_url(f"{live.url}/openapi.json")
    return [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]  # else it is a fault


def made(live: Live) -> dict[str, list[str]]:
    """Parts of addresses that lead somewhere, while nothing has deleted what is there."""
    events = live.memory().add(["I live in Oslo.", "My sister Ana is a nurse."], user_id="alex", run_id="trip")
    default = {name: ["default"] for name in ("org_id", "project_id")}
    people = {"name": ["alex"], "entity_id": ["alex"], "entity": ["Ana"], "type_": ["user", "run"], "kind": ["user"]}
    return {"memory_id": [one.id for one in events], **default, **people}
