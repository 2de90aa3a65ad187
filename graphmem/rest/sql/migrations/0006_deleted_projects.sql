-- Which projects were deleted: requests that were under way may still write to their tenants, and that goes afterwards.

CREATE TABLE deleted_project (
  id TEXT PRIMARY KEY, -- the tenant in the store
  deleted_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER project_deleted AFTER DELETE ON project BEGIN INSERT OR REPLACE INTO deleted_project VALUES (old.id, CAST(strftime('%s', 'now') AS REAL)); END;
