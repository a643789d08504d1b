"""
Connections to other systems: what is read from them, and what is written back.
"""
