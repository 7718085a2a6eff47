import { Fragment, memo, type ReactNode } from "react";
import { type Block, type Inline, parseMarkdown } from "@/lib/markdown";

type MarkdownProps = { readonly source: string; readonly renderMention: (name: string) => ReactNode };

export const Markdown = memo(function Markdown({ source, renderMention }: MarkdownProps) {
  return parseMarkdown(source).map((block, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a parsed text has no other identity, and is replaced whole
    <Fragment key={index}>{renderBlock(block, renderMention)}</Fragment>
  ));
});

type RenderMention = MarkdownProps["renderMention"];

function renderBlock(block: Block, mention: RenderMention): ReactNode {
  switch (block.kind) {
    case "paragraph":
      return <p>{renderInline(block.children, mention)}</p>;
    case "quote":
      return (
        <blockquote className="border-l-3 border-active pl-3 text-soft">
          {renderInline(block.children, mention)}
        </blockquote>
      );
    case "code":
      return (
        <pre className="my-1 overflow-x-auto rounded-lg border border-line bg-side px-3 py-2 font-mono text-[13px] leading-snug">
          <code>{block.text}</code>
        </pre>
      );
    case "list":
      return renderList(block, mention);
  }
}

function renderList(block: Extract<Block, { kind: "list" }>, mention: RenderMention): ReactNode {
  const items = block.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    <li key={index}>{renderInline(item, mention)}</li>
  ));
  if (!block.ordered) return <ul className="list-disc pl-6">{items}</ul>;
  return (
    <ol start={block.start} className="list-decimal pl-6">
      {items}
    </ol>
  );
}

function renderInline(nodes: readonly Inline[], mention: RenderMention): ReactNode {
  return nodes.map((node, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    <Fragment key={index}>{renderNode(node, mention)}</Fragment>
  ));
}

function renderNode(node: Inline, mention: RenderMention): ReactNode {
  switch (node.kind) {
    case "text":
      return node.text;
    case "break":
      return <br />;
    case "code":
      return <code className="rounded bg-hover px-1 py-0.5 font-mono text-[0.87em]">{node.text}</code>;
    case "bold":
      return <strong>{renderInline(node.children, mention)}</strong>;
    case "italic":
      return <em>{renderInline(node.children, mention)}</em>;
    case "strike":
      return <s>{renderInline(node.children, mention)}</s>;
    case "mention":
      return mention(node.name);
    case "link":
      return (
        <a
          href={node.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          title={node.href}
          className="text-accent underline decoration-1 underline-offset-2 hover:decoration-2"
        >
          {node.text}
        </a>
      );
  }
}
