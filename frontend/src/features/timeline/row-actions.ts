import type { Message } from "@/api/wire";

export type RowActions = {
  readonly canPost: boolean;
  readonly canReact: boolean;
  readonly canEdit: boolean;
  readonly canDeleteOwn: boolean;
  readonly canDeleteAny: boolean;
  readonly canPin: boolean;
  readonly onReply: (message: Message) => void;
  readonly onEdit: (message: Message) => void;
  readonly onDelete: (message: Message) => void;
  readonly onMarkUnread: (seq: number) => void;
};
