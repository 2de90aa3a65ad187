-- Remove rows of embedding with an end that is not there.
DELETE FROM embedding WHERE memory NOT IN (SELECT no FROM memory)
