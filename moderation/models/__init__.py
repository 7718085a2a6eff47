from moderation.models.audit import AuditEntry, AuditHead
from moderation.models.cases import Case, Note, Outcome, Reason, Report
from moderation.models.sanctions import SITE, Appeal, Kind, Sanction

__all__ = [
    "SITE",
    "Appeal",
    "AuditEntry",
    "AuditHead",
    "Case",
    "Kind",
    "Note",
    "Outcome",
    "Reason",
    "Report",
    "Sanction",
]
