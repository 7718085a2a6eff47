import type { ButtonHTMLAttributes, Ref } from "react";
import { cx } from "@/lib/class-names";

type Look = "primary" | "plain" | "danger";
type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: Look;
  readonly isBusy?: boolean;
};

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-accent-ink hover:brightness-110 dark:hover:brightness-95",
  plain: "border border-line bg-raised text-ink hover:bg-hover",
  danger: "bg-danger text-canvas hover:brightness-110",
};

export function Button({ look = "plain", isBusy = false, className, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      disabled={disabled || isBusy}
      aria-busy={isBusy || undefined}
      className={cx(
        "inline-flex min-h-9 items-center justify-center gap-2 rounded-lg px-3.5 text-sm font-medium transition",
        "disabled:cursor-not-allowed disabled:opacity-55 touch:min-h-11",
        LOOKS[look],
        className,
      )}
      {...rest}
    />
  );
}

type IconButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly label: string;
  readonly ref?: Ref<HTMLButtonElement>;
};

export function IconButton({ label, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cx(
        "inline-flex size-8 shrink-0 items-center justify-center rounded-lg text-soft transition",
        "hover:bg-hover hover:text-ink disabled:cursor-not-allowed disabled:opacity-45 touch:size-11",
        className,
      )}
      {...rest}
    />
  );
}
