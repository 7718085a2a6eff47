const SIZE = 64;
const PLAIN = "/static/icon.svg";
const MOST = 9;

/** Draws the number of messages that are for the person into the tab's icon; 0 brings the plain one back. */
export function showFavicon(count: number): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const drawn = count > 0 ? draw(count > MOST ? `${MOST}+` : String(count)) : null;
  if (!link) return;
  link.type = drawn ? "image/png" : "image/svg+xml";
  link.href = drawn ?? PLAIN;
}

function draw(text: string): string | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.fillStyle = "#0f6f66";
  pen.beginPath();
  pen.roundRect(0, 0, SIZE, SIZE, 19);
  pen.fill();
  pen.strokeStyle = "#ffffff";
  pen.lineWidth = 5.4;
  pen.lineCap = "round";
  pen.scale(SIZE / 36, SIZE / 36);
  pen.lineWidth = 3;
  pen.stroke(new Path2D("M9 14.5c3-3.2 6-3.2 9 0s6 3.2 9 0M9 22.5c3-3.2 6-3.2 9 0s6 3.2 9 0"));
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = "#d92d20";
  pen.beginPath();
  pen.arc(43, 43, 21, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = "#ffffff";
  pen.font = `bold ${text.length > 1 ? 24 : 32}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, 43, 45);
  return canvas.toDataURL("image/png");
}
