-- What is named of a webhook changes, the rest stays; it is served at once.
-- params: id, project_id, name, url, event_types, is_active, now
UPDATE webhook SET
  name = coalesce(:name, name), url = coalesce(:url, url), event_types = coalesce(:event_types, event_types),
  is_active = coalesce(:is_active, is_active), updated_at = :now, held_until = 0, silent = 0
WHERE id = :id AND project_id = :project_id RETURNING id
