"""Finds the packages; everything else is declared in setup.cfg.

``find_packages`` cannot see the top-level ``templates/`` folder, which setup.cfg maps into the package, so that one
name is added here.
"""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["mxcp_flask*"]), "mxcp_flask.templates"])
