"""Measures the server as it is installed: real processes, real sockets, and load that comes from other processes.

``python -m benchmarks`` prints tables and writes JSON; ``--help`` says how to make it short. It needs Linux, ``wrk`` on
the path, and for the store in PostgreSQL that server's programs. The flow::

    __main__    what to measure; writes the result
    machine     where it was measured, and how busy the machine was
    served      the demo's project, with two tools more, under ``mxcp serve``
    processes   seconds of CPU and memory of the servers' processes
    wrk         calls at 1, 8 and 32 connections (wrk.lua)
    people      sign-ins and refreshes
    stores      what a store takes on disk, and how long it takes to answer, with a thousand and a million tokens
    tables      the result in words; docs/scaling.md holds these very tables

A later version compares with other servers, and with the least that such a server must do.
"""
