-- Remove token vectors of no raw turn, or of a wrong size.
DELETE FROM token_vectors
WHERE length(states) = 0 OR length(states) % dim <> 0
  OR memory NOT IN (SELECT no FROM memory WHERE layer = 'conversation')
