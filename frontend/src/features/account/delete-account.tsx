import { deleteAccount, type Fate } from "@/api/accounts";
import { leave } from "@/api/session";
import { useForm } from "@/realtime/use-form";
import { Button } from "@/ui/button";
import { Field, Select } from "@/ui/field";
import { Problem } from "@/ui/problem";

const FATES = [
  ["anonymise", "Stay, signed “Deleted person”"],
  ["keep", "Stay, signed with your name"],
  ["delete", "Go, too"],
] as const;

export function DeleteAccount() {
  const { errors, problem, isBusy, onSubmit } = useForm(async (fields) => {
    await deleteAccount(fields.password ?? "", fields.messages as Fate);
    leave("signed-out");
  });
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <p className="text-sm text-soft">
        At once and for good: you are signed out everywhere and leave all rooms, and nobody can have your name
        again. Others keep what you wrote to them directly.
      </p>
      <Select label="Your messages" name="messages" options={FATES} />
      <Field
        label="Your password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        errors={errors.password}
      />
      <Problem text={problem} />
      <Button look="danger" type="submit" isBusy={isBusy} className="self-start">
        Delete my account
      </Button>
    </form>
  );
}
