-- The entities that changed.
-- params: since
SELECT no FROM entity WHERE stamp > :since
