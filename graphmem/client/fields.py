"""The keyword arguments of the clients' methods, by method. A server may know more; whatever is passed is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Addition", "Change", "Ids", "Listing", "Question", "Settings"]


class Ids(TypedDict, total=False):
    """Whose memory; `run_id` and `session_id` are one thing."""

    user_id: str | None
    agent_id: str | None
    app_id: str | None
    run_id: str | None
    session_id: str | None
    org_id: str | None


class Addition(Ids, total=False):
    """Of `add`."""

    filters: Mapping[str, Any] | None
    metadata: Mapping[str, Any] | None
    infer: bool | None
    timestamp: str | float | None
    expiration_date: str | None
    ttl: float | None
    layer: str | None
    categories: Sequence[str] | None
    custom_categories: Sequence[Mapping[str, str]] | None
    custom_instructions: str | None
    agent_custom_instructions: str | None
    immutable: bool | None
    async_mode: bool | None
    structured_data_schema: Mapping[str, Any] | None
    output_format: str | None
    version: str | None


class _Read(Ids, total=False):
    filters: Mapping[str, Any] | None
    categories: Sequence[str] | None
    metadata: Mapping[str, Any] | None
    layers: Sequence[str] | None
    fields: Sequence[str] | None
    show_expired: bool | None
    latest_only: bool | None
    output_format: str | None
    version: str | None


class Question(_Read, total=False):
    """Of `search`."""

    top_k: int | None
    limit: int | None
    threshold: float | None
    rerank: bool | None
    reference_date: str | float | None
    keyword_search: bool | None
    as_of: str | float | None
    explain: bool | None


class Listing(_Read, total=False):
    """Of `get_all`."""

    page: int | None
    page_size: int | None
    start_date: str | None
    end_date: str | None
    keywords: str | None


class Change(TypedDict, total=False):
    """Of `update`; an explicit None clears the expiration."""

    text: str | None
    metadata: Mapping[str, Any] | None
    timestamp: str | float | None
    expiration_date: str | None


class Settings(TypedDict, total=False):
    """Of a project."""

    custom_instructions: str | None
    agent_custom_instructions: str | None
    custom_categories: Sequence[Mapping[str, str]] | None
    multilingual: bool | None
    decay: bool | None
    memory_depth: str | None
    usecase_setting: Any
