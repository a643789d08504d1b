"""
Tests of the service under faults: processes are killed, stopped and starved, networks
and disks fail.
"""
