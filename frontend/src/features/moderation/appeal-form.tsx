import { useForm } from "@/realtime/use-form";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Problem } from "@/ui/problem";

export function AppealForm({ onSend }: { readonly onSend: (text: string) => Promise<void> }) {
  const { errors, problem, isBusy, onSubmit } = useForm(({ text = "" }) => onSend(text));
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <Field
        label="What should the moderators know?"
        name="text"
        required
        maxLength={1000}
        autoComplete="off"
        errors={errors.text}
      />
      <Problem text={problem} />
      <Button look="primary" type="submit" isBusy={isBusy}>
        Send appeal
      </Button>
    </form>
  );
}
