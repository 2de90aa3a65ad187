-- Somebody wants to be told, unless so many of the project do already.
-- params: id, project_id, owner, name, url, event_types, secret, now, most
INSERT INTO webhook (id, project_id, owner, name, url, event_types, secret, created_at, updated_at)
SELECT :id, :project_id, :owner, :name, :url, :event_types, :secret, :now, :now
WHERE (SELECT count(*) FROM webhook WHERE project_id = :project_id) < :most
RETURNING id
