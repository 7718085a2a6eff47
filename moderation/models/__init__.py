from moderation.models.audit import AuditEntry, AuditHead
from moderation.models.cases import Case, EvidenceFile, Note, Outcome, Reason, Report
from moderation.models.rules import HeldMessage, HeldState, Rule, RuleAction, RuleKind, Trial
from moderation.models.sanctions import SITE, Appeal, Kind, Sanction

__all__ = [
    "SITE",
    "Appeal",
    "AuditEntry",
    "AuditHead",
    "Case",
    "EvidenceFile",
    "HeldMessage",
    "HeldState",
    "Kind",
    "Note",
    "Outcome",
    "Reason",
    "Report",
    "Rule",
    "RuleAction",
    "RuleKind",
    "Sanction",
    "Trial",
]
