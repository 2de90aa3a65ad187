-- Turns whose facts are to be found, held by whoever stores them.
-- params: id, project_id, store, scope, options, now, holder, held_until
INSERT INTO job (id, project_id, store, scope, options, due, holder, held_until)
VALUES (:id, :project_id, :store, :scope, :options, :now, :holder, :held_until)
