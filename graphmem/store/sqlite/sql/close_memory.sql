-- An older memory stops holding; what is not given stays.
-- params: superseded_by, expired_at, valid_to, tick, no
UPDATE memory SET
  superseded_by = :superseded_by,
  expired_at = ifnull(:expired_at, expired_at),
  valid_to = ifnull(:valid_to, valid_to),
  stamp = :tick
WHERE no = :no
