-- What was to be told of one store is to be told of another.
-- params: store, before
UPDATE delivery SET store = :store WHERE store = :before AND status = 'PENDING'
