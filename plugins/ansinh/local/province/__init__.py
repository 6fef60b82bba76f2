"""A synthetic province: people, workbooks as communes send them, a national-ID feed, and the truth about all of it.

Everything is drawn from one seed: the same arguments give the same bytes. No person in it exists.
"""
