"""The service definitions themselves, as YAML: one folder a definition, one file an edition, cases beside it.

Nothing here is code. Start with any `undated.yaml`; `handrail show` prints it as a page.
"""
