-- A new organisation; one that is there already stays as it is.
-- params: id, name, now
INSERT INTO organisation (id, name, created_at) VALUES (:id, :name, :now) ON CONFLICT DO NOTHING
