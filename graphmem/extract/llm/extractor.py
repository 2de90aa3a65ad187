"""The extractor that asks a language model which statements matter and how names are related.

What it says is checked, never believed: a fact must quote its message, and every name must stand there. The rules
read every message all the same, because they cost little and find what search is tuned on: who and what is mentioned,
what kind of answer a turn holds, its times, questions, standing instructions. The model adds to that, and where it
gives no answer, for whatever reason, the rules stand and a note says why. No message is ever lost to it.

A fact's text is the speaker's own sentence, never the model's, so a fact is the same whoever found it, and says nothing
that was not said; what "she" or "there" means is said by its subject and its relations.
"""

from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphmem.errors import InvalidInput, shown
from graphmem.extract.llm.address import address
from graphmem.extract.llm.batches import batches, estimate
from graphmem.extract.llm.endpoint import Endpoint, NoAnswer
from graphmem.extract.llm.evidence import Judge, Verdict
from graphmem.extract.llm.ledger import Budget, Ledger, OutOfBudget
from graphmem.extract.llm.merge import merged
from graphmem.extract.llm.prompt import again, prompt
from graphmem.extract.llm.schema import read_answer
from graphmem.extract.spacy import SpacyExtractor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.extract.base import Context, Drafts, Extractor
    from graphmem.extract.llm.batches import Piece
    from graphmem.extract.llm.ledger import Prices
    from graphmem.extract.llm.schema import Answer
    from graphmem.types import Message

__all__ = ["LLMExtractor"]

_LOG = logging.getLogger("graphmem.extract.llm")
_SHORTEST_ANSWER, _LONGEST_ANSWER = 512, 4096
_ANSWER_PER_TOKEN = 4
"""Tokens of JSON that a token of chat may lead to: a quote, and the names again in each relation."""


_NOTHING = Verdict((), 0, 0)


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of one request."""

    pieces: Sequence[Piece]
    verdict: Verdict = _NOTHING
    fault: str | None = None
    """Why there is no answer."""
    broken: bool = False


class LLMExtractor:
    """Any OpenAI-compatible endpoint (OpenAI, Ollama, vLLM, llama.cpp, LM Studio ...), with the rules beside it.

    Args:
        base_url: Of the endpoint, such as http://127.0.0.1:11434/v1. None: `$GRAPHMEM_LLM_URL`, else OpenAI's own.
        model: Its name there. None: `$GRAPHMEM_LLM_MODEL`.
        api_key: None: `$GRAPHMEM_LLM_API_KEY`. It is in no log, error or ledger, and no redirect is followed with it.
        batch: Estimated tokens of messages in one request; longer ones are cut at sentence ends.
        threads: Requests of one call of `extract` that may run at once.
        timeout: Seconds for one try of a request.
        retries: Further tries after a failure that may pass: busy, too many requests, no connection.
        patience: Seconds for all tries of one request.
        backoff: Seconds before the second try; each later pause is twice as long, unless the server says how long.
        rest: Seconds for which an endpoint that could not be reached is not asked again, so that adding stays fast.
        temperature: Of the answers; left out for models that take none.
        budget: Tokens that may be spent (2000000, "2000000/day"), or a `Budget`. None: `$GRAPHMEM_LLM_BUDGET`, else any
            number. When it is spent the rules work alone.
        prices: Of a million tokens, so that the ledger counts costs.
        ledger: A JSON Lines file that keeps every call, and by which processes share a budget; or a `Ledger` that
            several extractors share. None: `$GRAPHMEM_LLM_LEDGER`, else memory alone.
        instructions: What to add to the instructions of the model, such as which facts matter to you.
        fallback: Reads every message beside the model, and alone where there is no answer. None: `SpacyExtractor`.

    Raises:
        InvalidInput: no address or model, or a value that cannot be.
    """

    def __init__(
        self, base_url: str | None = None, model: str | None = None, api_key: str | None = None, *, batch: int = 1200,
        threads: int = 2, timeout: float = 60.0, retries: int = 2, patience: float = 180.0, backoff: float = 0.5,
        rest: float = 30.0, temperature: float = 0.0, budget: Budget | int | str | None = None,
        prices: Prices | None = None, ledger: Ledger | str | os.PathLike[str] | None = None,
        instructions: str | None = None, fallback: Extractor | None = None,
    ) -> None:  # fmt: skip
        _check(int, 1, batch=batch, threads=threads)
        _check(int, 0, retries=retries)
        _check(float, 1e-3, timeout=timeout, patience=patience)
        _check(float, 0, backoff=backoff, rest=rest, temperature=temperature)
        self._endpoint = Endpoint(
            address(base_url, model, api_key), temperature=temperature, timeout=timeout, retries=retries,
            patience=patience, backoff=backoff, rest=rest,
        )  # fmt: skip
        self.ledger = _ledger(ledger, budget, prices)
        """What was spent; see `Ledger.totals`."""
        self._batch, self._threads, self._instructions = batch, threads, instructions
        self._trouble: str | None = None
        self._fallback = fallback if fallback is not None else SpacyExtractor()

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self._endpoint.address.model

    def __repr__(self) -> str:
        return f"LLMExtractor({self._endpoint.address.place!r}, {self.model!r})"

    def extract(self, messages: Sequence[Message], context: Context) -> Drafts:
        """Draft the facts, mentions and relations of messages; what the endpoint does not answer, by rules alone."""
        judge = Judge(messages, context)
        groups = batches(messages, self._batch, everybody=context.verbatim)
        with ThreadPoolExecutor(self._threads, "graphmem-llm") as beside:
            asked = [beside.submit(self._read, pieces, messages, context, judge) for pieces in groups]
            drafts = self._fallback.extract(messages, context)
            reads = [one.result() for one in asked]
        proven = [found for read in reads for found in read.verdict.proven]
        return replace(merged(drafts, proven, messages, context), notes=[*drafts.notes, *_notes(reads, drafts)])

    def _read(self, pieces: Sequence[Piece], messages: Sequence[Message], context: Context, judge: Judge) -> _Read:
        asked = prompt(pieces, messages, context, self._instructions)
        try:
            answer, verdict = self._answer(asked, pieces, judge)
        except (NoAnswer, OutOfBudget) as error:
            self._tell(error.outcome if isinstance(error, NoAnswer) else str(error))
            return _Read(pieces, fault=str(error))
        self._trouble = None
        return _Read(pieces, verdict, broken=answer.broken)

    def _tell(self, trouble: str) -> None:
        """Log what is amiss, once until it passes; not in the server's words, which may quote what it was sent."""
        if trouble not in (self._trouble, "resting"):
            self._trouble = trouble
            _LOG.warning("%s gives no facts (%s): the rules alone read what is added", self, trouble)

    def _answer(
        self, asked: list[dict[str, str]], pieces: Sequence[Piece], judge: Judge
    ) -> tuple[Answer, Verdict]:  # fmt: skip
        """The answer and what is left of it; one that is no JSON is asked for once more.

        Raises:
            NoAnswer: there is none.
            OutOfBudget: it may not be asked for.
        """
        said = sum(estimate(piece.text) for piece in pieces)
        longest = min(max(_SHORTEST_ANSWER, _ANSWER_PER_TOKEN * said), _LONGEST_ANSWER)
        for last in (False, True):
            text, read = self._call(asked, longest, pieces, judge)
            if read is not None:
                return read
            if not last:
                asked = again(asked, text)
        raise NoAnswer("the model answered no JSON, and not when asked again either", "no json")

    def _call(
        self, asked: Sequence[dict[str, str]], longest: int, pieces: Sequence[Piece], judge: Judge
    ) -> tuple[str, tuple[Answer, Verdict] | None]:
        """One call, entered in the ledger: the text, and what can be read of it."""
        guess = sum(estimate(turn["content"]) for turn in asked)
        with self.ledger.call(self.model, guess, longest) as entry:
            try:
                reply = self._endpoint.ask(asked, longest)
            except NoAnswer as error:
                entry.outcome, entry.retries = error.outcome, error.retries
                entry.prompt_tokens, entry.estimated = guess * error.unsure, error.unsure > 0
                raise
            told = reply.prompt_tokens is not None and reply.completion_tokens is not None
            entry.prompt_tokens = reply.prompt_tokens if reply.prompt_tokens is not None else guess
            entry.completion_tokens = (
                reply.completion_tokens if reply.completion_tokens is not None else estimate(reply.text)
            )
            entry.estimated, entry.retries = not told, reply.retries
            answer = read_answer(reply.text)
            if answer is None:
                entry.outcome = "no json"
                return reply.text, None
            verdict = judge.verdict(answer.claims, pieces)
            entry.outcome = "broken" if answer.broken else "ok"
            entry.stated, entry.kept = verdict.stated, verdict.kept
            return reply.text, (answer, verdict)


def _ledger(
    given: Ledger | str | os.PathLike[str] | None, budget: Budget | int | str | None, prices: Prices | None
) -> Ledger:  # fmt: skip
    if isinstance(given, Ledger):
        if budget is not None or prices is not None:
            raise InvalidInput("a Ledger has its own budget and prices: give them to it")
        return given
    path = given if given is not None else os.environ.get("GRAPHMEM_LLM_LEDGER") or None
    allowed = budget if budget is not None else os.environ.get("GRAPHMEM_LLM_BUDGET") or None
    return Ledger(prices, Budget.of(allowed), path)


def _check(kind: type[float], least: float, **values: float) -> None:
    for name, value in values.items():
        right = isinstance(value, (int, kind)) and not isinstance(value, bool)
        if not right or not least <= value < float("inf"):
            number = "a whole number" if kind is int else "a number"
            raise InvalidInput(f"{name} {shown(value)} must be {number} from {least:g} on")


def _notes(reads: Sequence[_Read], drafts: Drafts) -> list[str]:
    """What the caller should know: where the rules worked alone and why, and what was not believed."""
    notes: list[str] = []
    faults = dict.fromkeys(read.fault for read in reads if read.fault)
    for fault in faults:
        turns = {piece.turn for read in reads if read.fault == fault for piece in read.pieces}
        notes.append(f"the LLM did not read {_messages(len(turns))}, the rules did: {fault}")
    stated, kept = sum(read.verdict.stated for read in reads), sum(read.verdict.kept for read in reads)
    if stated > kept:
        notes.append(
            f"{stated - kept} of the LLM's {stated} statements were dropped: the messages do not bear them out"
        )
    if any(read.broken for read in reads):
        notes.append("the LLM's answer was cut short or damaged: what was whole of it was read")
    silent = {piece.turn for read in reads if not read.fault and not read.verdict.stated for piece in read.pieces}
    if overlooked := silent & {fact.turn for fact in drafts.facts if fact.score >= 1 and fact.mode != "question"}:
        notes.append(f"the LLM found no facts in {_messages(len(overlooked))} where the rules did; theirs stand")
    return notes


def _messages(count: int) -> str:
    return f"{count} message{'s' if count != 1 else ''}"
