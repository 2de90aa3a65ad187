-- The members of an organisation or a project.
-- params: holder
SELECT email, role, created_at FROM member WHERE holder = :holder ORDER BY created_at, email
