-- Add a memory, or replace the one with that number.
-- params: no, tenant, id, owner, stamp, layer, text, user_id, agent_id, app_id, session_id, org_id
-- params: role, name, position, metadata, categories, created_at, updated_at, valid_from, valid_to
-- params: event_from, event_to, expired_at, expires_at, ttl, superseded_by, sources, pin
-- params: trigger_text, hash, labels, question, terms
INSERT INTO memory (
  no, tenant, id, owner, stamp, layer, text, user_id, agent_id, app_id, session_id, org_id, role,
  name, position, metadata, categories, created_at, updated_at, valid_from, valid_to, event_from,
  event_to, expired_at, expires_at, ttl, superseded_by, sources, pin, trigger_text, hash, labels,
  question, terms
) VALUES (
  :no, :tenant, :id, :owner, :stamp, :layer, :text, :user_id, :agent_id, :app_id, :session_id,
  :org_id, :role, :name, :position, :metadata, :categories, :created_at, :updated_at, :valid_from,
  :valid_to, :event_from, :event_to, :expired_at, :expires_at, :ttl, :superseded_by, :sources, :pin,
  :trigger_text, :hash, :labels, :question, :terms
)
ON CONFLICT (no) DO UPDATE SET
  owner = excluded.owner, stamp = excluded.stamp, layer = excluded.layer, text = excluded.text,
  user_id = excluded.user_id, agent_id = excluded.agent_id, app_id = excluded.app_id,
  session_id = excluded.session_id, org_id = excluded.org_id, role = excluded.role,
  name = excluded.name, position = excluded.position, metadata = excluded.metadata,
  categories = excluded.categories, created_at = excluded.created_at,
  updated_at = excluded.updated_at, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
  event_from = excluded.event_from, event_to = excluded.event_to, expired_at = excluded.expired_at,
  expires_at = excluded.expires_at, ttl = excluded.ttl, superseded_by = excluded.superseded_by,
  sources = excluded.sources, pin = excluded.pin, trigger_text = excluded.trigger_text,
  hash = excluded.hash, labels = excluded.labels, question = excluded.question,
  terms = excluded.terms
