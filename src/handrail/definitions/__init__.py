"""What a definition file may say: reading it, checking it, comparing two editions, tracing the source.

It runs nothing and knows no database engine. Start with `rulebook.Rulebook` and `document.Edition`.
"""
