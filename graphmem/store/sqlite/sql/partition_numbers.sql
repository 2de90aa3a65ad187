-- The memories that an owner has.
-- params: owner
SELECT no FROM memory WHERE owner = :owner
