-- A project gets another name, description and settings.
-- params: id, name, description, settings, now
UPDATE project SET name = :name, description = :description, settings = :settings, updated_at = :now
WHERE id = :id RETURNING id
