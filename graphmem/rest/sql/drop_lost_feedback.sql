-- What was said long ago of memories of stores in RAM, which are gone.
-- params: before
DELETE FROM feedback WHERE store LIKE ':memory:%' AND updated_at < :before
