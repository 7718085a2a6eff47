import type { Registration } from "@/api/session";
import { useForm } from "@/realtime/use-form";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Problem } from "@/ui/problem";

type RegistrationFormProps = {
  readonly action: string;
  readonly register: (fields: Registration) => Promise<unknown>;
  readonly onDone: () => void;
};

export function RegistrationForm({ action, register, onDone }: RegistrationFormProps) {
  const { errors, problem, isBusy, onSubmit } = useForm(async ({ display_name, ...fields }) => {
    await register({ ...(fields as Registration), ...(display_name ? { display_name } : {}) });
    onDone();
  });
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <Field
        label="Your name"
        name="display_name"
        autoComplete="name"
        maxLength={50}
        errors={errors.display_name}
        autoFocus
      />
      <Field
        label="Username"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        required
        hint="How others mention you: @username"
        errors={errors.username}
      />
      <Field label="E-mail" name="email" type="email" autoComplete="email" required errors={errors.email} />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        errors={errors.password}
      />
      <Problem text={problem} />
      <Button look="primary" type="submit" isBusy={isBusy}>
        {action}
      </Button>
    </form>
  );
}
