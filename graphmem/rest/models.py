"""What requests may hold. Unknown fields are tolerated: clients of all ages send some that mean nothing here."""

from __future__ import annotations

from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Add",
    "BatchDelete",
    "BatchUpdate",
    "Change",
    "Ids",
    "List",
    "Moment",
    "Request",
    "Search",
]

Moment: TypeAlias = str | int | float
"""ISO 8601, YYYY-MM-DD, or unix seconds."""

_FOOD = [{"role": "user", "content": "I'm a vegetarian and allergic to nuts."}]


class Request(BaseModel):
    """A body of which unknown fields are kept."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class Ids(Request):
    """The ids that name a scope; `run_id` and `session_id` are one thing."""

    user_id: str | None = None
    agent_id: str | None = None
    app_id: str | None = None
    run_id: str | None = None
    session_id: str | None = None
    org_id: str | None = Field(None, description="An organisation's shared memory; the caller's own account is ignored")
    project_id: str | None = Field(None, description="Ignored: the key says which project it is")


class Add(Ids):
    """Messages to remember, and whose they are."""

    messages: Any = Field(examples=[_FOOD], description="A string, a message, or a list of them")
    filters: dict[str, Any] | None = Field(None, description="Ids, if they are not named beside it")
    metadata: dict[str, Any] | None = None
    infer: bool = Field(True, description="false stores each message as it is")
    timestamp: Moment | None = Field(None, description="When it was said")
    expiration_date: Moment | None = Field(None, description="The last day on which it is visible")
    ttl: float | None = Field(None, description="Seconds")
    layer: str | None = Field(None, description="user, session, org or conversation")
    categories: list[str] | None = None
    custom_categories: Any = Field(None, description="[{name: description}], instead of the project's")
    immutable: bool = Field(False, description="It can be deleted but not updated")
    async_mode: bool | None = Field(None, description="true: answer at once, do it later")
    output_format: str | None = None
    version: str | None = None


class _Read(Ids):
    filters: dict[str, Any] | None = Field(None, examples=[{"user_id": "user123"}])
    categories: list[str] | None = None
    metadata: dict[str, Any] | None = None
    layers: list[str] | None = Field(None, description="Only these layers")
    fields: list[str] | None = Field(None, description="Only these keys of each memory, beside its id")
    show_expired: bool | None = None
    latest_only: bool | None = Field(None, description="Leave out what was superseded")
    output_format: str | None = None


class Search(_Read):
    """A question, and whose memory it is about."""

    query: str = Field(min_length=1, examples=["What are my dietary restrictions?"])
    top_k: int | None = Field(None, ge=1, le=1000)
    limit: int | None = Field(None, ge=1, le=1000, description="An older name of top_k")
    threshold: float | None = Field(None, ge=0, le=1)
    rerank: bool | None = None
    reference_date: Moment | None = None
    as_of: Moment | None = Field(None, description="What was true then")
    explain: bool = Field(False, description="Also every term of the score")


class List(_Read):
    """Which memories to list."""

    start_date: str | None = Field(None, description="The first day, YYYY-MM-DD")
    end_date: str | None = Field(None, description="The last day, YYYY-MM-DD")
    keywords: str | None = None
    page: int | None = None
    page_size: int | None = None
    limit: int | None = Field(None, description="An older name of page_size")


class Change(Request):
    """What of a memory to change; an explicit null clears the expiration."""

    text: str | None = None
    metadata: dict[str, Any] | None = None
    timestamp: Moment | None = None
    expiration_date: Moment | None = None


class _Named(Request):
    memory_id: str


class _Changed(_Named):
    text: str | None = None
    metadata: dict[str, Any] | None = None


class BatchUpdate(Request):
    """Up to 1,000 changes."""

    memories: list[_Changed]


class BatchDelete(Request):
    """Up to 1,000 memories."""

    memories: list[_Named]
