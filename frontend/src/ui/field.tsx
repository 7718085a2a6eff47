import { type InputHTMLAttributes, type SelectHTMLAttributes, useId } from "react";
import { cx } from "@/lib/class-names";

const BOX =
  "w-full rounded-lg border border-line bg-canvas px-3 text-ink placeholder:text-soft focus-visible:border-accent";

type FieldProps = InputHTMLAttributes<HTMLInputElement> & {
  readonly label: string;
  readonly hint?: string;
  readonly errors?: readonly string[];
};

export function Field({ label, hint, errors, className, ...rest }: FieldProps) {
  const id = useId();
  const note = errors?.join(" ") || hint;
  return (
    <div className={cx("flex flex-col gap-1", className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={errors ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className={cx(BOX, "h-10 touch:h-11 touch:text-base", errors && "border-danger")}
        {...rest}
      />
      {note && (
        <p id={`${id}-note`} className={cx("text-xs", errors ? "text-danger" : "text-soft")}>
          {note}
        </p>
      )}
    </div>
  );
}

type SelectProps = SelectHTMLAttributes<HTMLSelectElement> & {
  readonly label: string;
  readonly hint?: string;
  readonly options: readonly (readonly [string, string])[];
};

export function Select({ label, hint, options, className, ...rest }: SelectProps) {
  const id = useId();
  return (
    <div className={cx("flex flex-col gap-1", className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <select
        id={id}
        aria-describedby={hint ? `${id}-note` : undefined}
        className={cx(BOX, "h-10 touch:h-11 touch:text-base")}
        {...rest}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      {hint && (
        <p id={`${id}-note`} className="text-xs text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}
