-- Every memory changed.
-- params: tick
UPDATE memory SET stamp = :tick
