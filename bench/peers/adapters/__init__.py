"""One small module for each system: how its own documentation drives it, its defaults kept."""
