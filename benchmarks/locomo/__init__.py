"""LoCoMo: find the turns that answer questions about long chats of two people."""
