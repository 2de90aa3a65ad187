"""Extraction: from messages to drafts of facts, entities and relations. `base` is the port."""
