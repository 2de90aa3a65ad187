-- The numbers of a memory id, in any tenant.
-- params: id
SELECT no FROM memory WHERE id = :id
