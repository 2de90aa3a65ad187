-- Somebody wants to be told no more.
-- params: id, project_id
DELETE FROM webhook WHERE id = :id AND project_id = :project_id RETURNING id
