-- Remove rows of link with an end that is not there.
DELETE FROM link WHERE source NOT IN (SELECT no FROM memory)
  OR target NOT IN (SELECT no FROM memory)
