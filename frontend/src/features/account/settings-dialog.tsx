import { Tabs } from "radix-ui";
import { type ReactNode, Suspense } from "react";
import type { Me } from "@/api/wire";
import { BlockedPeople } from "@/features/account/blocked-people";
import { PasswordForm } from "@/features/account/password-form";
import { ProfileForm } from "@/features/account/profile-form";
import { Sessions } from "@/features/account/sessions";
import { ThemeChoice } from "@/features/account/theme-choice";
import { YourData } from "@/features/account/your-data";
import { Dialog } from "@/ui/dialog";
import { Spinner } from "@/ui/spinner";

type SettingsDialogProps = {
  readonly me: Me;
  /** Another feature's page. */
  readonly notifications: ReactNode;
  readonly onClose: () => void;
};

export function SettingsDialog({ me, notifications, onClose }: SettingsDialogProps) {
  return (
    <Dialog title="Settings" onClose={onClose} isWide>
      <Tabs.Root defaultValue="profile" className="sm:min-h-96">
        <Tabs.List aria-label="Settings" className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
          <Tab value="profile">Profile</Tab>
          <Tab value="notifications">Notifications</Tab>
          <Tab value="look">Appearance</Tab>
          <Tab value="password">Password</Tab>
          <Tab value="sessions">Sessions</Tab>
          <Tab value="blocked">Blocked</Tab>
          <Tab value="data">Your data</Tab>
        </Tabs.List>
        <Tabs.Content value="profile">
          <ProfileForm me={me} />
        </Tabs.Content>
        <Tabs.Content value="notifications">
          <Suspense fallback={<Spinner />}>{notifications}</Suspense>
        </Tabs.Content>
        <Tabs.Content value="look">
          <ThemeChoice />
        </Tabs.Content>
        <Tabs.Content value="password">
          <PasswordForm />
        </Tabs.Content>
        <Tabs.Content value="sessions">
          <Sessions />
        </Tabs.Content>
        <Tabs.Content value="blocked">
          <BlockedPeople />
        </Tabs.Content>
        <Tabs.Content value="data">
          <YourData />
        </Tabs.Content>
      </Tabs.Root>
    </Dialog>
  );
}

function Tab({ value, children }: { readonly value: string; readonly children: ReactNode }) {
  return (
    <Tabs.Trigger
      value={value}
      className="-mb-px min-h-10 border-b-2 border-transparent px-3 text-sm font-medium text-soft hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
    >
      {children}
    </Tabs.Trigger>
  );
}
