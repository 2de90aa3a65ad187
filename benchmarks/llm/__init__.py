"""The LLM extractor: what a model states, what of it the messages bear out, what that costs and what it adds."""
