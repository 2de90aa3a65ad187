// The vectors of memories, filtered by owner and layer inside the index (Neo4j 2026.01 and later). It names no
// dimensions, so one schema serves every embedder.

CYPHER 25 CREATE VECTOR INDEX memory_embedding IF NOT EXISTS FOR (m:Memory) ON (m.embedding)
WITH [m.owner_uid, m.layer] OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine'}};
