-- A relation stops holding.
-- params: valid_to, tenant, id
UPDATE relation SET valid_to = :valid_to WHERE tenant = :tenant AND id = :id
