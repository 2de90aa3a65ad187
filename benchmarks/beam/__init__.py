"""BEAM: find the messages that answer questions about a user's long chats with an assistant."""
