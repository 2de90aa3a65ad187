-- Everybody who wants to know of these news is to be told.
-- params: project_id, store, event_id, news, now
INSERT INTO delivery (id, webhook_id, store, event_id, kind, memory_id, due, created_at)
SELECT lower(hex(randomblob(16))), webhook.id, :store, :event_id, json_extract(news.value, '$[0]'),
  json_extract(news.value, '$[1]'), :now, :now
FROM webhook JOIN json_each(:news) AS news
WHERE webhook.project_id = :project_id AND webhook.is_active
  AND EXISTS (SELECT 1 FROM json_each(webhook.event_types) AS type WHERE type.value = json_extract(news.value, '$[0]'))
ORDER BY news.key
RETURNING id
