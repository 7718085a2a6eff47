import { type FormEvent, useState } from "react";
import { explain, fieldErrors } from "@/realtime/actions";

type Errors = Readonly<Record<string, readonly string[]>>;

/** Submits a form's fields, keeps what the server says about them. */
export function useForm(submit: (fields: Record<string, string>) => Promise<unknown>) {
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    setBusy(true);
    setErrors({});
    setProblem(null);
    try {
      await submit(fields);
    } catch (error) {
      setErrors(fieldErrors(error));
      setProblem(explain(error, fields));
    }
    setBusy(false);
  };
  return { errors, problem, isBusy, onSubmit };
}
