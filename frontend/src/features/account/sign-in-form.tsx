import { signIn } from "@/api/session";
import { useForm } from "@/realtime/use-form";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Problem } from "@/ui/problem";

type SignInFormProps = {
  readonly onDone: () => void;
  /** What the server said when it did not let somebody in. */
  readonly onRefused: (error: unknown) => void;
};

export function SignInForm({ onDone, onRefused }: SignInFormProps) {
  const { errors, problem, isBusy, onSubmit } = useForm(async ({ login = "", password = "" }) => {
    await signIn(login, password).then(onDone, (error: unknown) => {
      onRefused(error);
      throw error;
    });
  });
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <Field
        label="Username or e-mail"
        name="login"
        autoComplete="username"
        autoCapitalize="none"
        required
        autoFocus
        errors={errors.login}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        errors={errors.password}
      />
      <Problem text={problem} />
      <Button look="primary" type="submit" isBusy={isBusy}>
        Sign in
      </Button>
    </form>
  );
}
