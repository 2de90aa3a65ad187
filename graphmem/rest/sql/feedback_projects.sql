-- The projects of whose memories something was said.
SELECT DISTINCT project_id FROM feedback
