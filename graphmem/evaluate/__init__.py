"""How well a memory answers labelled questions, and which channel found what.

```
from graphmem.evaluate import evaluate

found = evaluate(memory, "questions.jsonl", user_id="alex")
print(found.table())
```
"""

from __future__ import annotations

from graphmem.evaluate.evaluation import Evaluation, evaluate
from graphmem.evaluate.questions import Labelled, read_questions

__all__ = ["Evaluation", "Labelled", "evaluate", "read_questions"]
