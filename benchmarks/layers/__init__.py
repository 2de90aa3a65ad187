"""Questions whose right answer depends on who asks, in which session, when, and on what was changed since."""
