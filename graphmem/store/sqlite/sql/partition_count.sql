-- How many memories of an owner changed.
-- params: owner, since
SELECT count(*) FROM memory WHERE owner = :owner AND stamp > :since
