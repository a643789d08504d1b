"""
Pages for planners: what the service does, in a browser.
"""
