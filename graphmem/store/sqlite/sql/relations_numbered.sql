-- The memories on which relations rest.
-- params: tenant, ids
SELECT relation.id, relation.memory, owner.name
FROM relation JOIN memory ON memory.no = relation.memory JOIN owner ON owner.no = memory.owner
WHERE relation.tenant = :tenant AND relation.id IN (SELECT value FROM json_each(:ids))
