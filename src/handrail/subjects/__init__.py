"""What can be judged: one SQL file and one YAML file for each subject.

The SQL turns records into facts; the YAML says what each fact means, who can supply it and which record
shows it. No rule of a payer stands here. Start with `catalog.subject`, or open `admission.sql`.
"""
