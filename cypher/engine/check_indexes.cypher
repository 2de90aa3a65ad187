// The indexes that statements name, as far as they are there and can be used.
SHOW INDEXES YIELD name, state
WHERE state = 'ONLINE' AND name IN ['memory_embedding', 'memory_words', 'memory_says', 'entity_aliases']
RETURN name
