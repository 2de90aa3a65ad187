-- The numbers of an owner's memories that a filter lets pass.
-- params: owner
-- slots: condition
SELECT memory.no FROM memory WHERE memory.owner = :owner AND {condition}
