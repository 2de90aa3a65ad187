-- The next delivery of a store that may be tried.
-- params: store, now
SELECT seq FROM delivery
WHERE store = :store AND status = 'PENDING' AND due <= :now AND held_until <= :now ORDER BY due, seq LIMIT 1
