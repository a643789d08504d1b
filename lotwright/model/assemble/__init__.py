"""
From checked tables to the network, one file per part of it.
"""
