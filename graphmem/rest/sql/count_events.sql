-- How many operations of a project there are, by kind and status.
-- params: project_id
SELECT operation, status, count(*) AS number FROM event WHERE project_id = :project_id GROUP BY operation, status
