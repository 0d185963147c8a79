"""A language model behind an address: any server that speaks the chat API of OpenAI.

It knows prompts and pieces of text; it knows no articles, questions or answers. Nothing that the
server says is trusted: every size and every wait has an end.
"""
