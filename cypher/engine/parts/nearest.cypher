// The nearest memories of the owners, by an index that filters (Neo4j 2026.01 and later).
// params: ask, wide
MATCH (m:Memory) SEARCH m IN (VECTOR INDEX memory_embedding FOR vector WHERE m.owner_uid IN $ask.owners LIMIT $wide) SCORE AS score
