"""
The command line: one verb per library function.
"""
