// Whether the caller sees a memory `m` of one of its owners.
// params: layers, session_id, show_expired, now, as_of, superseded
// slots: where
m.layer IN $layers
AND (m.layer <> 'session' OR m.session_id = $session_id OR m.session_id IS NULL AND $session_id IS NULL)
AND ($show_expired OR m.expires_at IS NULL OR m.expires_at > $now)
AND CASE WHEN $as_of IS NOT NULL
  THEN m.valid_from <= $as_of AND (m.valid_to IS NULL OR m.valid_to > $as_of)
  ELSE m.layer = 'conversation' OR $superseded OR (m.superseded_by IS NULL AND (m.valid_to IS NULL OR m.valid_to > $now))
END AND {where}
