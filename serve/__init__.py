"""For other programs: who may ask, what they get as JSON, and what is counted and logged of it."""
