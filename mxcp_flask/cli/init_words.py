"""The words of ``mxcp init``: the least site file, and what to do next."""

from __future__ import annotations

SITE = """\
mxcp: 1
project: {project}
profile: {profile}
sql_tools:
  enabled: false  # with them a model could read every table, and so everybody's rows
"""
NEXT_OF_SAMPLE = """README.md there says what each file is. Next, in that folder:
  mxcp validate    says whether the files are right
  mxcp test        runs the tests that they have
  mxcp demo .      serves the project, and lets invented people sign in"""
NEXT = """Next, write a tool. It is a file, such as tools/hello.yml in that folder:

  mxcp: 1
  tool:
    name: hello
    description: Greets the caller
    return: {type: string}
    source: {code: "SELECT 'Hello ' || get_username()"}

Then, in that folder:
  mxcp validate    says whether the files are right
  mxcp demo .      serves the project, and lets invented people sign in
A sample with more, and a README that explains it: mxcp init --bootstrap, in another folder."""
