from moderation.admin.audit import AuditEntryAdmin
from moderation.admin.cases import CaseAdmin
from moderation.admin.held import HeldAdmin
from moderation.admin.rules import PauseAdmin, RuleAdmin
from moderation.admin.sanctions import SanctionAdmin

__all__ = ["AuditEntryAdmin", "CaseAdmin", "HeldAdmin", "PauseAdmin", "RuleAdmin", "SanctionAdmin"]
