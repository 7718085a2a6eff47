"""Where files are kept: the local disk or any S3-compatible store, behind one contract and one contract suite.

A browser sends a file straight to the store and fetches it from there, by URLs that are signed here and end soon.
"""

from core.storage.chosen import store
from core.storage.contract import Listed, SignedUpload, Store, Stored
from core.storage.names import new_key

__all__ = ["Listed", "SignedUpload", "Store", "Stored", "new_key", "store"]
