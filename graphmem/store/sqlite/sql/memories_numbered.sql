-- Number, owner and words of memories by id.
-- params: tenant, ids
SELECT memory.id, memory.no, owner.name, memory.terms
FROM memory JOIN owner ON owner.no = memory.owner
WHERE memory.tenant = :tenant AND memory.id IN (SELECT value FROM json_each(:ids))
