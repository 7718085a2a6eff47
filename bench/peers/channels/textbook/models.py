from django.db import models


class Member(models.Model):
    room_id = models.BigIntegerField()
    user_id = models.BigIntegerField()

    class Meta:
        unique_together = [("user_id", "room_id")]


class Message(models.Model):
    room_id = models.BigIntegerField()
    author_id = models.BigIntegerField()
    client_id = models.CharField(max_length=36)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        unique_together = [("author_id", "client_id")]
        indexes = [models.Index(fields=["room_id", "id"])]
