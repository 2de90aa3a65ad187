-- Memories whose vector is absent or of a wrong size.
SELECT memory.no FROM memory LEFT JOIN embedding ON embedding.memory = memory.no, store
WHERE ifnull(length(embedding.vector), 0) <> 4 * store.dim
