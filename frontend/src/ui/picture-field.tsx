import { ImageUp, Trash2 } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Button } from "@/ui/button";

type PictureFieldProps = {
  readonly shown: ReactNode;
  readonly hasPicture: boolean;
  readonly onPick: (file: File) => Promise<unknown>;
  readonly onRemove: () => Promise<unknown>;
};

/** A picture of a person or a room, as it is, with the ways to change it. */
export function PictureField({ shown, hasPicture, onPick, onRemove }: PictureFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const run = (action: () => Promise<unknown>) => {
    setBusy(true);
    void action().finally(() => setBusy(false));
  };
  return (
    <div className="flex items-center gap-4">
      {shown}
      <div className="flex flex-wrap gap-2">
        <Button isBusy={isBusy} onClick={() => input.current?.click()}>
          <ImageUp size={16} aria-hidden />
          {hasPicture ? "Change picture" : "Upload picture"}
        </Button>
        {hasPicture && (
          <Button isBusy={isBusy} onClick={() => run(onRemove)}>
            <Trash2 size={16} aria-hidden />
            Remove
          </Button>
        )}
      </div>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        hidden
        data-testid="pick-picture"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          currentTarget.value = "";
          if (file) run(() => onPick(file));
        }}
      />
    </div>
  );
}
