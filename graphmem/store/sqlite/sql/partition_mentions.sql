-- The mentions of those memories of an owner that changed.
-- params: owner, since
SELECT mention.memory, mention.entity, mention.weight
FROM memory JOIN mention ON mention.memory = memory.no
WHERE memory.owner = :owner AND memory.stamp > :since
