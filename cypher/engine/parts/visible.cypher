// Whether the caller sees a memory `m` of one of its owners.
// params: ask
// slots: where
m.layer IN $ask.layers
AND (m.layer <> 'session' OR m.session_id = $ask.session_id OR m.session_id IS NULL AND $ask.session_id IS NULL)
AND ($ask.show_expired OR m.expires_at IS NULL OR m.expires_at > $ask.now)
AND CASE WHEN $ask.as_of IS NOT NULL
  THEN m.valid_from <= $ask.as_of AND (m.valid_to IS NULL OR m.valid_to > $ask.as_of)
  ELSE m.layer = 'conversation' OR $ask.superseded OR m.valid_to > $ask.now OR (m.superseded_by IS NULL AND m.valid_to IS NULL)
END AND {where}
