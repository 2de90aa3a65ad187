"""Pages of a list, with the addresses of the next and the previous one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi import HTTPException

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import Request

__all__ = ["Sheet"]

_SIZE = 100
_MOST = 200
_LAST = 1_000_000_000
"""No list has so many pages, and what is counted in them fits every store."""
_NO_PAGE = "Invalid page."


class Sheet(NamedTuple):
    """Which page, and how large."""

    page: int
    size: int

    @classmethod
    def of(cls, pages: Iterable[int | None], sizes: Iterable[int | None]) -> Sheet:
        """The page that is asked for: the first of 100, if nothing is said; no page is larger than 200.

        Args:
            pages: Where a page may be named; the first that is counts.
            sizes: Likewise.

        Raises:
            HTTPException: 404, a page below 1 or beyond any list; 400, a size below 1.
        """
        page = next((one for one in pages if one is not None), 1)
        size = next((one for one in sizes if one is not None), _SIZE)
        if not 1 <= page <= _LAST:
            raise HTTPException(404, _NO_PAGE)
        if size < 1:
            raise HTTPException(400, f"page_size must be a whole number from 1 to {_MOST}, not {size}")
        return cls(page, min(size, _MOST))

    def envelope(self, request: Request, count: int, results: list[Any]) -> dict[str, Any]:
        """A page as Mem0's clients read it.

        Raises:
            HTTPException: 404, there are not so many pages.
        """
        if self.page > 1 and (self.page - 1) * self.size >= count:
            raise HTTPException(404, _NO_PAGE)
        return {
            "count": count,
            "next": self._at(request, self.page + 1) if self.page * self.size < count else None,
            "previous": self._at(request, self.page - 1) if self.page > 1 else None,
            "results": results,
        }

    def _at(self, request: Request, page: int) -> str:
        return str(request.url.include_query_params(page=page, page_size=self.size))
