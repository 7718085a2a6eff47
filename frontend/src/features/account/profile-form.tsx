import { useState } from "react";
import { saveProfile } from "@/api/accounts";
import type { Me } from "@/api/wire";
import { putUsers } from "@/realtime/live-state";
import { changeLive } from "@/realtime/live-store";
import { useForm } from "@/realtime/use-form";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Problem } from "@/ui/problem";
import { toast } from "@/ui/toast";

export function ProfileForm({ me }: { readonly me: Me }) {
  const [name, setName] = useState(me.display_name);
  const [color, setColor] = useState(me.avatar_color);
  const { errors, problem, isBusy, onSubmit } = useForm(async (fields) => {
    const saved = await saveProfile({ ...fields, avatar_color: color });
    changeLive((state) => putUsers(state, [saved]));
    toast("Profile saved.");
  });
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <div className="flex items-center gap-4">
        <Avatar name={name || me.username} color={color} size={56} />
        <label className="flex min-h-10 items-center gap-2 text-sm font-medium">
          <input
            type="color"
            value={color}
            onChange={(event) => setColor(event.target.value)}
            className="h-9 w-12 rounded-lg border border-line bg-canvas"
          />
          Avatar colour
        </label>
      </div>
      <Field
        label="Display name"
        name="display_name"
        required
        maxLength={50}
        value={name}
        onChange={(event) => setName(event.target.value)}
        errors={errors.display_name}
      />
      <Field
        label="Status"
        name="status_text"
        maxLength={100}
        placeholder="What are you up to?"
        defaultValue={me.status_text}
        errors={errors.status_text}
      />
      <Problem text={problem} />
      <Button look="primary" type="submit" isBusy={isBusy} className="self-start">
        Save
      </Button>
    </form>
  );
}
