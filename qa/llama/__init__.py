"""A llama.cpp model in this process: one worker, a queue, and what was read is kept.

It knows tokens and the model's chat template; it knows no articles, questions or answers.
"""
