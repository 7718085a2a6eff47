import { useState } from "react";
import { saveProfile } from "@/api/accounts";
import { setAvatar } from "@/api/files";
import type { Me } from "@/api/wire";
import { attempt } from "@/realtime/actions";
import { putUsers } from "@/realtime/live-state";
import { changeLive } from "@/realtime/live-store";
import { uploadPicture } from "@/realtime/uploads";
import { useForm } from "@/realtime/use-form";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { PictureField } from "@/ui/picture-field";
import { Problem } from "@/ui/problem";
import { toast } from "@/ui/toast";

async function change(action: () => Promise<Me>): Promise<void> {
  const saved = await attempt(action);
  if (saved) changeLive((state) => putUsers(state, [saved]));
}

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
      <PictureField
        shown={
          <Avatar key={me.avatar} name={name || me.username} color={color} image={me.avatar} size={64} />
        }
        hasPicture={me.avatar !== null}
        onPick={(file) => change(async () => setAvatar(await uploadPicture(file, null)))}
        onRemove={() => change(() => setAvatar(null))}
      />
      <div className="flex items-center gap-4">
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
