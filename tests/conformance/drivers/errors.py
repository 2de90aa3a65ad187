"""What each failure becomes in Mem0's Python client: a line of JSON with the error's class, code, text and more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from mem0 import MemoryClient
from mem0.exceptions import MemoryError as Failure
from report import tell

if TYPE_CHECKING:
    from collections.abc import Callable

client = MemoryClient(api_key=os.environ["MEM0_API_KEY"], host=os.environ["MEM0_HOST"])


def failed(call: Callable[[], Any]) -> bool:
    """Tell how a call fails; whether it does."""
    try:
        call()
    except Failure as error:
        tell(kind=type(error).__name__, code=error.error_code, text=str(error), more=error.debug_info)
        return True
    return False


failed(lambda: client.add("I live in Oslo."))
failed(lambda: client.get("00000000-0000-4000-8000-000000000000"))
failed(lambda: client.add("I live in Oslo. " * 1_000, user_id="alex"))
while not failed(client.users):
    pass
