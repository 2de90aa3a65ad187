-- An edge between two memories; one that exists stays.
-- params: source, target, type
INSERT OR IGNORE INTO link (source, target, type) VALUES (:source, :target, :type)
