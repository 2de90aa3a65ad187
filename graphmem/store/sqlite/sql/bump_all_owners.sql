-- Every owner changed.
-- params: tick
UPDATE owner SET version = :tick, stamp = :tick WHERE no IN (SELECT owner FROM memory)
