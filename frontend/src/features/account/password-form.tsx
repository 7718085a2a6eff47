import { useRef } from "react";
import { changePassword } from "@/api/accounts";
import { useForm } from "@/realtime/use-form";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Problem } from "@/ui/problem";
import { toast } from "@/ui/toast";

export function PasswordForm() {
  const form = useRef<HTMLFormElement>(null);
  const { errors, problem, isBusy, onSubmit } = useForm(async (fields) => {
    await changePassword(fields.current_password ?? "", fields.new_password ?? "");
    form.current?.reset();
    toast("Password changed. Your other sessions have ended.");
  });
  return (
    <form ref={form} onSubmit={onSubmit} className="flex flex-col gap-4">
      <Field
        label="Current password"
        name="current_password"
        type="password"
        autoComplete="current-password"
        required
        errors={errors.current_password}
      />
      <Field
        label="New password"
        name="new_password"
        type="password"
        autoComplete="new-password"
        required
        errors={errors.new_password}
      />
      <Problem text={problem} />
      <Button look="primary" type="submit" isBusy={isBusy} className="self-start">
        Change password
      </Button>
    </form>
  );
}
