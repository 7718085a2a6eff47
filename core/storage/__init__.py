"""Where files are kept: the local disk or any S3-compatible store, behind one contract and one contract suite.

A browser sends a file straight to the store and fetches it from there, by URLs that are signed here and end soon.
`chosen.store()` is the store of this site, `names.new_key()` a place in it, `contract.Store` what can be done.
"""
