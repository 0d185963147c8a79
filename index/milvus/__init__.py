"""A Milvus server, or a file that Milvus Lite serves in this process, as the store of an archive.

NAME             one row a chunk: its vector, its words for BM25, and what filters ask
NAME_articles    the articles with their texts, in pieces; and one row that says what is published
NAME_terms       in how many chunks each term stands

Each row is visible from the generation it was `born` in until the one it `died` in, and readers
search the generation that the one row names: so a publish is seen whole, or not at all.
"""
