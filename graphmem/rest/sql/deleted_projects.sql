-- Projects that were deleted not long ago, unless they were made again.
SELECT id FROM deleted_project WHERE id NOT IN (SELECT id FROM project)
