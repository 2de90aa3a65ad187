-- Remove rows of relation with an end that is not there.
DELETE FROM relation WHERE memory NOT IN (SELECT no FROM memory)
  OR subject NOT IN (SELECT no FROM entity)
  OR object NOT IN (SELECT no FROM entity)
