"""The reference in docs/reference, made from the code: ``python -m tests.docs.reference`` writes its pages.

====================  =====================================================================
``schemas.py``        marshmallow schemas become tables: configuration, endpoint files
``kinds.py``          what a field takes, in words
``defaults.py``       what holds when a key is left out
``commands.py``       click's commands become sections
``routes.py``         Flask's URL map becomes a table
``words.py``          the sentences that the code does not have, from ``words/*.yml``
``pages.py``          the pages, whole
====================  =====================================================================

A key, route or variable without a sentence, and a sentence about what is gone, are errors that name the file to change.
"""
