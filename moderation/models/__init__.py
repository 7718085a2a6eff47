from moderation.models.audit import AuditEntry, AuditHead

__all__ = ["AuditEntry", "AuditHead"]
