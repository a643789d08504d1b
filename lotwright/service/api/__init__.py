"""
The service over HTTP.
"""
