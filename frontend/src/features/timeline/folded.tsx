type FoldedProps = { readonly onShow: () => void };

/** In the place of what a blocked person wrote. */
export function Folded({ onShow }: FoldedProps) {
  return (
    <p className="flex min-h-7 items-center gap-2 text-sm text-soft italic">
      Message of somebody you blocked
      <button
        type="button"
        className="min-h-6 px-1 font-medium not-italic underline underline-offset-2 touch:min-h-10"
        onClick={onShow}
      >
        Show
      </button>
    </p>
  );
}
