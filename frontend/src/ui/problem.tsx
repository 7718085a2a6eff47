export function Problem({ text }: { readonly text: string | null }) {
  if (!text) return null;
  return (
    <p role="alert" className="rounded-lg bg-danger-wash px-3 py-2 text-sm text-danger">
      {text}
    </p>
  );
}
