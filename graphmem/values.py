"""What every value of `graphmem.types` can do: it is frozen, reads like Mem0's dictionaries, and shows itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex, TypeVar, overload

from pydantic import BaseModel, ConfigDict, ValidationError

from graphmem import display, frames
from graphmem.errors import InvalidInput, first_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pandas import DataFrame

__all__ = ["Given", "Listing", "Results", "Value"]


class Value(BaseModel):
    """Frozen, strict about unknown fields, and readable like the dictionary that Mem0 would return."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    _columns: ClassVar[display.Columns] = {}
    """What a table of such values shows."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values under Mem0's names."""
        return self.model_dump(mode="json")

    def __getitem__(self, name: str) -> Any:
        try:
            return self.to_dict()[name]
        except KeyError:
            raise KeyError(name) from None

    def __contains__(self, name: object) -> bool:
        return name in self.to_dict()

    def get(self, name: str, default: Any = None) -> Any:
        """Like `dict.get`."""
        return self.to_dict().get(name, default)

    def keys(self) -> list[str]:
        """The names of the dictionary face."""
        return list(self.to_dict())

    def _repr_html_(self) -> str:
        return display.card(self)


class Given(Value):
    """A value that callers make themselves: what cannot be accepted is an InvalidInput."""

    if not TYPE_CHECKING:  # checkers see the fields

        def __init__(self, **fields: Any) -> None:
            try:
                super().__init__(**fields)
            except ValidationError as error:
                raise InvalidInput(first_fault(error)) from error


T = TypeVar("T", bound=Value)


class Listing(list[T]):
    """A list of values of one kind that a notebook shows as a table; slices stay listings.

    Args:
        kind: The class of its values, which names the columns even where there are none.
        values: The values.
    """

    def __init__(self, kind: type[T], values: Iterable[T] = ()) -> None:
        super().__init__(values)
        self.kind = kind

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> T: ...
    @overload
    def __getitem__(self, index: slice, /) -> Listing[T]: ...
    def __getitem__(self, index: Any, /) -> Any:
        found = super().__getitem__(index)
        return Listing(self.kind, found) if isinstance(index, slice) else found

    def __reduce__(self) -> tuple[Any, ...]:
        return Listing, (self.kind, list(self))

    def to_pandas(self) -> DataFrame:
        """A `pandas.DataFrame`: a row a value, a column a field, times in UTC; see `graphmem.frames`.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frames.frame(self, self.kind)

    def _repr_html_(self) -> str:
        return display.table(self, self.kind._columns)


class Results(Value):
    """A list that also reads as `{"results": [...]}`."""

    _of: ClassVar[type[Value]]
    _none: ClassVar[str] = "nothing here"
    results: tuple[Any, ...] = ()

    def __getitem__(self, name: Any) -> Any:
        if isinstance(name, (int, slice)):
            return self.results[name]
        if name == "results":
            return list(self.results)
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # iterates results, not fields
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __bool__(self) -> bool:
        return bool(self.results)

    def to_dict(self) -> dict[str, Any]:
        """`{"results": [...], ...}` of plain values."""
        data = {name: getattr(self, name) for name in type(self).model_fields}
        data["results"] = [result.to_dict() for result in self.results]
        return data

    def to_pandas(self) -> DataFrame:
        """A `pandas.DataFrame`: a row a result, a column a field, times in UTC; see `graphmem.frames`.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frames.frame(self.results, self._of)

    def _repr_html_(self) -> str:
        return display.table(self.results, self._of._columns, none=self._none)
