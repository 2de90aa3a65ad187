-- The stores for which something is still to be done or to be told.
SELECT store FROM job UNION SELECT store FROM delivery WHERE status = 'PENDING'
