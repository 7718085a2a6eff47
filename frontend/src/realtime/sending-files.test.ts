import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, NetworkError } from "@/api/client";
import * as api from "@/api/files";
import { type Job, sendFile } from "@/realtime/sending-files";
import { fileInfo, upload } from "@/testing/samples";

vi.mock("@/api/files");
const files = vi.mocked(api);

const refused = (code: string, status = 409) => new ApiError(status, { code, message: code });

function job(fields: Partial<Job> = {}): Job {
  return {
    bytes: new Blob(["0123456789"]),
    ask: { name: "a.txt", size: 10, media_type: "text/plain", purpose: "message", room_id: "10" },
    uploadId: null,
    signal: new AbortController().signal,
    onBegun: vi.fn(),
    onProgress: vi.fn(),
    ...fields,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  files.askUpload.mockResolvedValue(upload("7", [false, false]));
  files.resumeUpload.mockResolvedValue(upload("7", [true, false]));
  files.sendPart.mockImplementation(async (part, _, { onSent }) => onSent(part.size));
  files.completeUpload.mockResolvedValue(fileInfo("7"));
  files.cancelUpload.mockResolvedValue(undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.resetAllMocks();
});

const sentParts = () => files.sendPart.mock.calls.map(([part]) => part.number);

describe("sending a file", () => {
  it("sends each part's own bytes and tells how far it has come", async () => {
    const sending = job();
    expect(await sendFile(sending)).toEqual(fileInfo("7"));
    expect(sending.onBegun).toHaveBeenCalledExactlyOnceWith("7");
    expect(vi.mocked(sending.onProgress).mock.calls.flat()).toEqual([0.5, 0.5, 1, 1]);
    const bytes = await Promise.all(files.sendPart.mock.calls.map(([, blob]) => blob.size));
    expect(bytes).toEqual([5, 5]);
    expect(files.completeUpload).toHaveBeenCalledExactlyOnceWith("7");
  });

  it("goes on with the part that was lost, and does not ask anew", async () => {
    files.sendPart.mockImplementationOnce(async () => undefined);
    files.sendPart.mockRejectedValueOnce(new NetworkError());
    const done = sendFile(job());
    await vi.runAllTimersAsync();
    expect(await done).toEqual(fileInfo("7"));
    expect(sentParts()).toEqual([0, 1, 1]);
    expect(files.askUpload).toHaveBeenCalledOnce();
    expect(files.resumeUpload).toHaveBeenCalledExactlyOnceWith("7");
  });

  it("goes on at once when the connection comes back", async () => {
    files.sendPart.mockRejectedValueOnce(new NetworkError());
    vi.spyOn(Math, "random").mockReturnValue(0.99);
    const done = sendFile(job());
    await vi.advanceTimersByTimeAsync(0);
    expect(files.resumeUpload).not.toHaveBeenCalled();
    window.dispatchEvent(new Event("online"));
    expect(await done).toEqual(fileInfo("7"));
  });

  it("waits as long as the server says", async () => {
    files.askUpload.mockRejectedValueOnce(
      new ApiError(429, { code: "rate_limited", message: "", retry_after: 30 }),
    );
    void sendFile(job());
    await vi.advanceTimersByTimeAsync(29_000);
    expect(files.askUpload).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(files.askUpload).toHaveBeenCalledTimes(2);
  });

  it("goes on after a reload, with what has not arrived", async () => {
    await sendFile(job({ uploadId: "7" }));
    expect(files.askUpload).not.toHaveBeenCalled();
    expect(sentParts()).toEqual([1]);
  });

  it("sends nothing twice that was complete", async () => {
    files.resumeUpload.mockRejectedValue(refused("upload.complete"));
    expect(await sendFile(job({ uploadId: "7" }))).toEqual(fileInfo("7"));
    expect(sentParts()).toEqual([]);
  });

  it.each(["not_found", "upload.refused"])("begins anew what the server has no more (%s)", async (code) => {
    files.resumeUpload.mockRejectedValue(refused(code));
    files.askUpload.mockResolvedValue(upload("8", [false]));
    const sending = job({ uploadId: "7" });
    await sendFile(sending);
    expect(sending.onBegun).toHaveBeenCalledExactlyOnceWith("8");
    expect(files.completeUpload).toHaveBeenCalledExactlyOnceWith("8");
  });

  it("gives up when the server says no", async () => {
    files.askUpload.mockRejectedValue(refused("files.full"));
    await expect(sendFile(job())).rejects.toThrow("files.full");
    expect(files.askUpload).toHaveBeenCalledOnce();
  });

  it("takes back on the server what is cancelled", async () => {
    const abort = new AbortController();
    files.sendPart.mockImplementationOnce(async () => {
      abort.abort();
      throw new DOMException("Cancelled", "AbortError");
    });
    await expect(sendFile(job({ signal: abort.signal }))).rejects.toThrow("Cancelled");
    expect(files.cancelUpload).toHaveBeenCalledExactlyOnceWith("7");
    expect(files.completeUpload).not.toHaveBeenCalled();
  });
});
