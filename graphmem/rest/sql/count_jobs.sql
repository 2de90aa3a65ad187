-- How many jobs of a store wait, how many are worked on, and since when the oldest waits.
-- params: store, now
SELECT
  count(*) FILTER (WHERE held_until <= :now) AS waiting, count(*) FILTER (WHERE held_until > :now) AS running,
  (SELECT min(event.created_at) FROM event JOIN job ON job.id = event.id WHERE job.store = :store) AS oldest
FROM job WHERE store = :store
