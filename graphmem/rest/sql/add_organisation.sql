-- A new organisation; one that is there already stays as it is.
-- params: id, name, maker, now
INSERT INTO organisation (id, name, created_at, maker) VALUES (:id, :name, :now, :maker) ON CONFLICT DO NOTHING
