-- The projects of whose memories in a store something was said.
-- params: store
SELECT DISTINCT project_id FROM feedback WHERE store = :store
