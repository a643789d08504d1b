"""
Reading and writing of planning tables.
"""
