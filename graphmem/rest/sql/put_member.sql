-- A member, new or with another role.
-- params: holder, email, role, now
INSERT INTO member (holder, email, role, created_at) VALUES (:holder, :email, :role, :now)
ON CONFLICT (holder, email) DO UPDATE SET role = excluded.role
