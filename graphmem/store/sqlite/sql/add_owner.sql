-- Make an owner known.
-- params: tenant, name, tick
INSERT OR IGNORE INTO owner (tenant, name, removed) VALUES (:tenant, :name, :tick)
