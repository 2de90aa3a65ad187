"""Values as pandas data frames: a column a field, a row a value, in their order. pandas loads on first use."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

from graphmem.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame
    from pydantic import BaseModel

__all__ = ["frame"]


def frame(rows: Sequence[BaseModel], kind: type[BaseModel]) -> DataFrame:
    """Rows of one kind as a data frame; without rows it has the same columns.

    Columns are the attributes of `kind`. Times are UTC timestamps. A hit's `why` becomes `why.channels`, `why.path`
    and one column a term of the score, `why.<term>`, in which a term that does not apply is 0.

    Raises:
        MissingExtra: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtra("to_pandas()", "notebooks") from error
    columns: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        values = [getattr(row, name) for row in rows]
        if name == "why":
            columns |= _reasons(values)
        elif _is_time(field.annotation):
            columns[name] = pd.Series(values, dtype="datetime64[us, UTC]")
        else:
            columns[name] = values or pd.Series(dtype=object)
    return pd.DataFrame(columns)


def _reasons(whys: Sequence[Any]) -> dict[str, list[Any]]:
    terms = dict.fromkeys(name for why in whys for name in why.terms)
    found = {f"why.{name}": [getattr(why, name) for why in whys] for name in ("channels", "path")}
    return found | {f"why.{term}": [why.terms.get(term, 0.0) for why in whys] for term in terms}


def _is_time(annotation: Any) -> bool:
    return annotation is datetime or any(map(_is_time, get_args(annotation)))
