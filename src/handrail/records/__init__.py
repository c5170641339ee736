"""What people wrote down: the tables of records, how they are declared, read and checked.

It judges nothing and knows no database engine. Start with `schema.tables()`; the tables themselves
are the YAML files in `tables/`, the code lists the CSV files in `codes/`.
"""
