import { DataCopy } from "@/features/account/data-copy";
import { DeleteAccount } from "@/features/account/delete-account";

export function YourData() {
  return (
    <div className="flex flex-col gap-8">
      <section aria-labelledby="data-copy" className="flex flex-col items-start gap-3">
        <h3 id="data-copy" className="font-semibold">
          A copy of your data
        </h3>
        <DataCopy />
      </section>
      <section aria-labelledby="data-end" className="flex flex-col gap-3">
        <h3 id="data-end" className="font-semibold">
          Delete your account
        </h3>
        <DeleteAccount />
      </section>
    </div>
  );
}
