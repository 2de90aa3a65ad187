// The nearest visible memories of the owners, found by an index that filters (Neo4j 2026.01 and later).
// params: owners, wide, k
// slots: visible
MATCH (m:Memory) SEARCH m IN (VECTOR INDEX memory_embedding FOR vector WHERE m.owner_uid IN $owners LIMIT $wide) SCORE AS score
WITH m, score WHERE {visible}
WITH m ORDER BY score DESC LIMIT $k
RETURN m
