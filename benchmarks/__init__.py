"""Measures the server as it is installed, beside others: real processes, real sockets, load from another process.

``python -m benchmarks`` prints tables and writes JSON; ``--help`` says how to make it short. It needs Linux, ``wrk`` on
the path, PyPI for the peers, and for stores in PostgreSQL that server's programs. The flow::

    __main__     which part to measure: peers, growth or scaling; prints it, writes the result
    plans        which cells (case, connections, era), how often and how long
    entrants     the servers by name: ours, upstream, limit, and those in peers/, which venvs installs
    ground       the project and the data that all of them serve
    served       a server's processes; starting: how long until the first right answer
    cases, eras  what is asked, how it looks on the wire, and what a right answer says
    wrk          the load, which compares every answer (wrk.lua); people: sign-ins and refreshes
    comparing    rounds in which all servers take turns
    figures      medians and spread; ratios, verdicts, summary: what follows, in tables
    growth       tools, tokens (filling), rows, threads, workers, sign-ins; growth_tables, growth_verdicts
    scaling      our server in several shapes, and stores of many sizes; tables, sizing
    documents    puts the tables into docs/performance.md and docs/scaling.md
"""
