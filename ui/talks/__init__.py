"""Conversations: kept on this machine, listed, taken out and in, and judged."""
