"""An archive's own sentences to questions. `bench.mine` is the task; these are its steps."""
