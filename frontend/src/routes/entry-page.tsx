import { type ReactNode, useState } from "react";
import { register, setUp } from "@/api/session";
import { RegistrationForm } from "@/features/account/registration-form";
import { SignInForm } from "@/features/account/sign-in-form";
import { Suspended, type Suspension, suspensionIn } from "@/features/moderation/suspended";
import type { Boot } from "@/lib/boot";

type EntryPageProps = { readonly boot: Boot; readonly onDone: () => void };

/** What somebody sees who is not signed in: the first start, registration, signing in. */
export function EntryPage({ boot, onDone }: EntryPageProps) {
  const [isNew, setNew] = useState(false);
  const [suspension, setSuspension] = useState<Suspension | null>(null);
  if (boot.setup_needed) {
    return (
      <Frame
        title={`Welcome to ${boot.site_name}`}
        text="Create the administrator's account. It is the first one, and it can do everything."
      >
        <RegistrationForm action="Create administrator" register={setUp} onDone={onDone} />
      </Frame>
    );
  }
  if (isNew) {
    return (
      <Frame title="Create your account" text={`Join the conversation on ${boot.site_name}.`}>
        <RegistrationForm action="Create account" register={register} onDone={onDone} />
        <Switch question="Already have an account?" action="Sign in" onClick={() => setNew(false)} />
      </Frame>
    );
  }
  return (
    <Frame title={`Sign in to ${boot.site_name}`} text="Good to see you.">
      {suspension ? (
        <>
          <Suspended told={suspension} />
          <Switch question="Not you?" action="Sign in" onClick={() => setSuspension(null)} />
        </>
      ) : (
        <SignInForm onDone={onDone} onRefused={(error) => setSuspension(suspensionIn(error))} />
      )}
      {boot.registration_open && !suspension && (
        <Switch question="New here?" action="Create an account" onClick={() => setNew(true)} />
      )}
    </Frame>
  );
}

function Frame({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}) {
  return (
    <main className="flex min-h-dvh items-center justify-center overflow-y-auto bg-side p-4">
      <div className="w-full max-w-sm rounded-2xl border border-line bg-raised p-7 shadow-lift">
        <Mark />
        <h1 className="mt-4 text-xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 mb-6 text-sm text-soft">{text}</p>
        {children}
      </div>
    </main>
  );
}

export function Mark({ size = 36 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 36 36" aria-hidden="true" className="text-accent">
      <rect width="36" height="36" rx="11" fill="currentColor" />
      <path
        d="M9 14.5c3-3.2 6-3.2 9 0s6 3.2 9 0M9 22.5c3-3.2 6-3.2 9 0s6 3.2 9 0"
        fill="none"
        stroke="var(--accent-ink)"
        strokeWidth="3"
        strokeLinecap="round"
      />
    </svg>
  );
}

function Switch({
  question,
  action,
  onClick,
}: {
  readonly question: string;
  readonly action: string;
  readonly onClick: () => void;
}) {
  return (
    <p className="mt-5 text-center text-sm text-soft">
      {question}{" "}
      <button
        type="button"
        onClick={onClick}
        className="min-h-6 font-medium text-accent underline-offset-2 hover:underline"
      >
        {action}
      </button>
    </p>
  );
}
