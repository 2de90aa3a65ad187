-- Remove rows of alias with an end that is not there.
DELETE FROM alias WHERE entity NOT IN (SELECT no FROM entity)
