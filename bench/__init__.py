"""The bench measures what is claimed. It may import qa and index; nothing imports it."""
