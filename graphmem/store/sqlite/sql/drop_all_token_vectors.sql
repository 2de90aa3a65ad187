-- Remove the token vectors of every memory.
DELETE FROM token_vectors
