-- Remove rows of mention with an end that is not there.
DELETE FROM mention WHERE memory NOT IN (SELECT no FROM memory)
  OR entity NOT IN (SELECT no FROM entity)
