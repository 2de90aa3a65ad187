-- Say which embedder made the vectors.
-- params: embedder, dim
UPDATE store SET embedder = :embedder, dim = :dim
