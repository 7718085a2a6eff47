"""The client's rules (docs/protocol.md, What a client must do) in a few lines: what somebody knows of one room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]


@dataclass
class RoomState:
    """Fold of a snapshot and the events after it; must always end equal to a fresh snapshot."""

    rev: int = 0
    epoch: str = ""
    room: Object = field(default_factory=dict)
    messages: dict[str, Object] = field(default_factory=dict)
    members: dict[str, Object] = field(default_factory=dict)
    held: dict[int, Object] = field(default_factory=dict)

    def apply(self, event: Object) -> None:
        if event["type"] == "room.changes":
            self.take(event["changes"])
        elif "rev" not in event:
            self._receipt(event)
        elif event["rev"] > self.rev + 1:
            self.held[event["rev"]] = event
        else:
            self._one(event)
            self.rev = max(self.rev, event["rev"])
            self._freed()

    def take(self, changes: Object) -> None:
        """Apply an answer to `sync`, or what the server healed."""
        if changes["mode"] == "reset":
            self.messages.clear()
        for message in changes["messages"]:
            self._newer(self.messages, message["id"], message)
        for member in changes["members"]:
            self._newer(self.members, member["user_id"], member)
        if changes["room"]:
            self._settings(changes["room"])
        self.epoch = changes["epoch"]
        self.rev = max(self.rev, changes["rev"])
        self.held = {rev: event for rev, event in self.held.items() if rev > self.rev}
        self._freed()

    @property
    def has_gap(self) -> bool:
        return bool(self.held)

    def present(self) -> Object:
        """Return what a fresh snapshot would show: members who left and the room's counters aside."""
        here = {user: self._shown(member) for user, member in self.members.items() if not member["left"]}
        return {"messages": self.messages, "members": here, "room": self._settled(self.room)}

    def _one(self, event: Object) -> None:
        if "message" in event:
            self._newer(self.messages, event["message"]["id"], event["message"])
        if "member" in event:
            self._newer(self.members, event["member"]["user_id"], event["member"])
        if "member_count" in event:
            self.room["member_count"] = event["member_count"]
        if event["type"] == "room.updated":
            self._settings(event["room"])

    def _settings(self, room: Object) -> None:
        if room["settings_rev"] >= self.room.get("settings_rev", 0):
            self.room = room

    def _receipt(self, event: Object) -> None:
        member = self.members.get(event.get("user_id", ""))
        if event["type"] == "read.advanced" and member and event["read_mark"] > member["read_mark"]:
            member |= {"last_read_seq": event["last_read_seq"], "read_mark": event["read_mark"]}

    def _freed(self) -> None:
        while (event := self.held.pop(self.rev + 1, None)) is not None:
            self._one(event)
            self.rev = event["rev"]

    @staticmethod
    def _newer(known: dict[str, Object], key: str, found: Object) -> None:
        if key not in known or found["rev"] >= known[key]["rev"]:
            known[key] = found

    @staticmethod
    def _shown(member: Object) -> Object:
        return {name: value for name, value in member.items() if name != "left"}

    @staticmethod
    def _settled(room: Object) -> Object:
        """Without what every message moves: a client reads those from the cursor and the messages."""
        return {name: value for name, value in room.items() if name not in ("rev", "last_seq", "last_message_at")}
