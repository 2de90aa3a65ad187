"""Promotion: which layer a drafted fact belongs to, and whether it is worth keeping.

Raw turns stay in the conversation layer whatever happens here; promotion only copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from graphmem.extract.base import FactDraft
    from graphmem.types import Layer, Scope

__all__ = ["PromotionPolicy", "RuleScore"]


class PromotionPolicy(Protocol):
    """A pure function; replace it through `Settings.promotion`."""

    def __call__(self, draft: FactDraft, scope: Scope) -> Layer | None:
        """The layer of a fact that came without an explicit one; None leaves it in the raw turn only."""
        ...


@dataclass(frozen=True)
class RuleScore:
    """The default: lasting statements to `user`, task-bound ones to `session`, the rest nowhere.

    `threshold` is on the rule score of the extractor; 1.0 promoted half of the turns of LoCoMo's public
    conversations and kept 83 % of the evidence among them.
    """

    threshold: float = 1.0

    def __call__(self, draft: FactDraft, scope: Scope) -> Layer | None:
        """See the class."""
        if draft.mode == "question":
            return None
        if draft.pin is None and (draft.mode == "hypothetical" or draft.score < self.threshold):
            return None
        if scope.user_id is None and scope.org_id is not None:
            return "org"
        if draft.lasting or draft.pin is not None:
            return "user"
        return "session" if scope.session_id is not None else None
