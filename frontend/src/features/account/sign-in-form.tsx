import { signIn } from "@/api/session";
import { useForm } from "@/features/account/use-form";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Problem } from "@/ui/problem";

export function SignInForm({ onDone }: { readonly onDone: () => void }) {
  const { errors, problem, isBusy, onSubmit } = useForm(async ({ login = "", password = "" }) => {
    await signIn(login, password);
    onDone();
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
