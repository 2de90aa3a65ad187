"""The extractor that asks a language model: any OpenAI-compatible endpoint, checked, counted, and never trusted."""

from graphmem.extract.llm.extractor import LLMExtractor
from graphmem.extract.llm.ledger import Budget, Call, Ledger, Prices, Totals

__all__ = ["Budget", "Call", "LLMExtractor", "Ledger", "Prices", "Totals"]
