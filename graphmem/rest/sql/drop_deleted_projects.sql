-- Whatever was under way when these projects were deleted is over.
-- params: before
DELETE FROM deleted_project WHERE deleted_at < :before
