// The vectors of memories, for servers whose vector index cannot filter (before Neo4j 2026.01).

CREATE VECTOR INDEX memory_embedding IF NOT EXISTS FOR (m:Memory) ON (m.embedding)
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine'}};
