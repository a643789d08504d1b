"""
Planning at a service, with the verbs and objects of the library.
"""
