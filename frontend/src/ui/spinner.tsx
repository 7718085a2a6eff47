export function Spinner({ label = "Loading" }: { readonly label?: string }) {
  return (
    <span role="status" aria-label={label} className="flex items-center justify-center p-4">
      <span className="size-5 animate-spin rounded-full border-2 border-line border-t-accent" />
    </span>
  );
}
