-- The highest numbers given so far.
SELECT
  (SELECT ifnull(max(no), 0) FROM memory),
  (SELECT ifnull(max(no), 0) FROM entity),
  (SELECT ifnull(max(no), 0) FROM term)
