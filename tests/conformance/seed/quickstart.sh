export MEM0_API_KEY="your-api-key"

curl -X POST https://api.mem0.ai/v1/memories/add \
  -H "Authorization: Token $MEM0_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "messages": [
      {"role": "user", "content": "Im a vegetarian and allergic to nuts."},
      {"role": "assistant", "content": "Got it! Ill remember your dietary preferences."}
    ],
    "user_id": "user123"
  }'

curl -X POST https://api.mem0.ai/v1/memories/search \
  -H "Authorization: Token $MEM0_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "query": "What are my dietary restrictions?",
    "filters": {"user_id": "user123"}
  }'
