-- An operation that did not come about; its job goes with it.
-- params: id
DELETE FROM event WHERE id = :id
