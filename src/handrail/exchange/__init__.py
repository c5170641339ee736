"""How records come in and go out: folders of CSV and Parquet, and FHIR.

It translates and judges nothing; what another format does not say stays empty.
Start with `writing.write_folder` for going out, and with `folders.read_folder` or `fhir.read` for coming in.
"""
