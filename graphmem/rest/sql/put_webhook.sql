-- Somebody wants to be told.
-- params: id, project_id, owner, name, url, event_types, secret, now
INSERT INTO webhook (id, project_id, owner, name, url, event_types, secret, created_at, updated_at)
VALUES (:id, :project_id, :owner, :name, :url, :event_types, :secret, :now, :now)
