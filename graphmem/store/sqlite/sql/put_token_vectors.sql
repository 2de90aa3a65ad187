-- Add the token vectors of a memory that has none.
-- params: memory, dim, states
INSERT INTO token_vectors (memory, dim, states) VALUES (:memory, :dim, :states)
