-- The relations that rest on those memories of an owner that changed.
-- params: owner, since
SELECT relation.memory, relation.subject, relation.object, relation.type, relation.valid_from, relation.valid_to
FROM memory JOIN relation ON relation.memory = memory.no
WHERE memory.owner = :owner AND memory.stamp > :since
