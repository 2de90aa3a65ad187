-- Token vectors of no raw turn, or of a wrong size; those without any memory dangle.
SELECT token_vectors.memory FROM token_vectors JOIN memory ON memory.no = token_vectors.memory
WHERE length(states) = 0 OR length(states) % dim <> 0 OR memory.layer <> 'conversation'
