-- One operation of a project.
-- params: id, project_id
SELECT * FROM event WHERE id = :id AND project_id = :project_id
