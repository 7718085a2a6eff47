import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/client";
import * as api from "@/api/files";
import type { FileInfo, Message } from "@/api/wire";
import { database, type OutboxItem } from "@/realtime/database";
import { deliver } from "@/realtime/deliver";
import { type Job, sendFile } from "@/realtime/sending-files";
import type { Outcome, Socket } from "@/realtime/socket";
import { cancel, describe as describeFile, upload, useUploads } from "@/realtime/uploads";
import { fileInfo, ME, message, outboxFile } from "@/testing/samples";

vi.mock("@/realtime/sending-files");
vi.mock("@/api/files");
const send = vi.mocked(sendFile);

type Sending = {
  readonly job: Job;
  readonly end: (file: FileInfo) => void;
  readonly fail: (error: Error) => void;
};

function sendings(): Sending[] {
  const begun: Sending[] = [];
  send.mockImplementation((job) => new Promise((end, fail) => begun.push({ job, end, fail })));
  return begun;
}

const of = (key: string) => useUploads.getState()[key];

beforeEach(async () => {
  vi.resetAllMocks();
  vi.mocked(api.cancelUpload).mockResolvedValue(undefined);
  for (const key of Object.keys(useUploads.getState())) cancel(key);
  vi.mocked(api.cancelUpload).mockClear();
  await (await database()).clear("outbox");
});

describe("a file of the message being written", () => {
  it("is sent once, however often it is asked for", async () => {
    const [file, begun] = [outboxFile("a"), sendings()];
    const both = Promise.all([upload(file, "10"), upload(file, "10")]);
    begun[0]?.job.onProgress(0.4);
    expect(of("a")).toMatchObject({ share: 0.4, file: null });
    begun[0]?.end(fileInfo("7"));
    await both;
    expect(begun).toHaveLength(1);
    expect(of("a")).toMatchObject({ share: 1, file: { id: "7" }, error: null });
  });

  it("is refused for good where it is too large, with the limit", async () => {
    const [file, begun] = [outboxFile("c"), sendings()];
    const first = upload(file, "10");
    begun[0]?.fail(
      new ApiError(413, { code: "too_large", message: "Too large.", data: { most: 25_000_000 } }),
    );
    await expect(first).rejects.toThrow();
    expect(of("c")).toMatchObject({
      error: "Larger than 25 MB. Remove it to send the rest.",
      isRefused: true,
    });
  });

  it("has the name that others will read", async () => {
    const turned = new File(["x"], "\u202egnp.html", { type: "text/html" });
    expect((await describeFile(turned)).name).toBe("gnp.html");
  });

  it("says why it failed, and is sent anew when tried again", async () => {
    const [file, begun] = [outboxFile("b"), sendings()];
    const first = upload(file, "10");
    begun[0]?.fail(new ApiError(409, { code: "files.full", message: "No space left." }));
    await expect(first).rejects.toThrow();
    expect(of("b")).toMatchObject({ error: "No space left.", uploadId: null });
    void upload(file, "10");
    expect(of("b")).toMatchObject({ error: null, share: 0 });
    expect(begun).toHaveLength(2);
  });

  it("leaves nothing when it is cancelled, whatever comes after", async () => {
    const begun = sendings();
    upload(outboxFile("c"), "10").catch(() => undefined);
    cancel("c");
    expect(begun[0]?.job.signal.aborted).toBe(true);
    begun[0]?.job.onBegun("7");
    begun[0]?.job.onProgress(0.9);
    begun[0]?.end(fileInfo("7"));
    await vi.waitFor(() => expect(api.cancelUpload).toHaveBeenCalledExactlyOnceWith("7"));
    expect(of("c")).toBeUndefined();
  });

  it("is given back to the server when it is taken out after it had arrived", async () => {
    const begun = sendings();
    const done = upload(outboxFile("d"), "10");
    begun[0]?.end(fileInfo("7"));
    await done;
    cancel("d");
    expect(api.cancelUpload).toHaveBeenCalledExactlyOnceWith("7");
  });
});

function item(files: OutboxItem["files"]): OutboxItem {
  const now = { placed_at: 1, failure: null, reply_to: null };
  return { client_id: "m1", user_id: ME, room_id: "10", text: "look", files, ...now };
}

function socketThat(answer: Outcome<{ readonly message: Message }>) {
  const request = vi.fn(async () => answer);
  return { request, socket: { request } as unknown as Socket };
}

const OK: Outcome<{ readonly message: Message }> = { kind: "ok", data: { message: message(1) } };

describe("delivering a message with files", () => {
  it("sends the files first, in their order", async () => {
    const begun = sendings();
    const { socket, request } = socketThat(OK);
    const done = deliver(socket, item([outboxFile("a"), outboxFile("b")]));
    begun[1]?.end(fileInfo("8"));
    expect(request).not.toHaveBeenCalled();
    begun[0]?.end(fileInfo("7"));
    expect(await done).toEqual(OK);
    expect(request).toHaveBeenCalledExactlyOnceWith(
      "message.send",
      expect.objectContaining({ client_id: "m1", text: "look", files: ["7", "8"] }),
    );
    expect(useUploads.getState()).toEqual({});
  });

  it("writes down what was begun, for the page that comes after a reload", async () => {
    const [begun, written] = [sendings(), item([outboxFile("a")])];
    await (await database()).put("outbox", written);
    void deliver(socketThat(OK).socket, written).catch(() => undefined);
    begun[0]?.job.onBegun("7");
    await vi.waitFor(async () => {
      const held = await (await database()).get("outbox", "m1");
      expect(held?.files[0]?.upload_id).toBe("7");
    });
  });

  it("goes on after a reload with the upload that was begun", () => {
    const begun = sendings();
    void deliver(socketThat(OK).socket, item([outboxFile("e", { upload_id: "7" })]));
    expect(begun[0]?.job.uploadId).toBe("7");
  });

  it("does not bring back what is discarded meanwhile", async () => {
    const [begun, written] = [sendings(), item([outboxFile("a")])];
    void deliver(socketThat(OK).socket, written);
    begun[0]?.job.onBegun("7");
    await new Promise((next) => setTimeout(next, 20));
    expect(await (await database()).getAll("outbox")).toEqual([]);
  });

  it("is refused as its file is", async () => {
    const [begun, { socket, request }] = [sendings(), socketThat(OK)];
    const done = deliver(socket, item([outboxFile("a")]));
    begun[0]?.fail(new ApiError(413, { code: "too_large", message: "Too large." }));
    expect(await done).toEqual({ kind: "rejected", error: { code: "too_large", message: "Too large." } });
    expect(request).not.toHaveBeenCalled();
  });

  it("asks for its file anew after a refusal: the server may have let it go", async () => {
    const begun = sendings();
    const refused = socketThat({ kind: "rejected", error: { code: "not_found", message: "" } });
    const [file] = [outboxFile("a")];
    const first = deliver(refused.socket, item([file]));
    begun[0]?.job.onBegun("7");
    begun[0]?.end(fileInfo("7"));
    await first;
    const second = deliver(socketThat(OK).socket, item([file]));
    expect(begun[1]?.job.uploadId).toBe("7");
    begun[1]?.end(fileInfo("9"));
    expect(await second).toEqual(OK);
  });
});
