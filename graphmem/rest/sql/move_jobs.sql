-- What was to be done for one store is to be done for another.
-- params: store, before
UPDATE job SET store = :store WHERE store = :before
