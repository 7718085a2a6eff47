import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EMPTY_STORE, useLive } from "@/realtime/live-store";
import { fromBase64Url, renew, turnOff, turnOn, wantsNotifications } from "@/realtime/push";
import { ME } from "@/testing/samples";

const addDevice = vi.hoisted(() => vi.fn(async () => ({ id: "1" })));
vi.mock("@/api/notifications", async (original) => ({ ...(await original<object>()), addDevice }));

const KEY = "BAEC";

type Held = {
  readonly options: { readonly applicationServerKey: ArrayBuffer };
  readonly unsubscribe: () => Promise<boolean>;
  readonly toJSON: () => object;
};

class FakeManager {
  held: Held | null = null;
  readonly getSubscription = async () => this.held;
  readonly subscribe = vi.fn(async (options: { applicationServerKey: Uint8Array<ArrayBuffer> }) => {
    this.held = {
      options: { applicationServerKey: options.applicationServerKey.buffer },
      unsubscribe: async () => {
        this.held = null;
        return true;
      },
      toJSON: () => ({ endpoint: "https://push.example.org/1", keys: { p256dh: "p", auth: "a" } }),
    };
    return this.held;
  });
}

let manager: FakeManager;
let granted: NotificationPermission;

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem("chatflow.signed-in", ME);
  granted = "granted";
  manager = new FakeManager();
  const registration = { pushManager: manager, getNotifications: async () => [] };
  vi.stubGlobal("Notification", {
    requestPermission: async () => granted,
    get permission() {
      return granted;
    },
  });
  Object.defineProperty(navigator, "serviceWorker", {
    configurable: true,
    value: { getRegistration: async () => registration },
  });
  useLive.setState({ ...EMPTY_STORE, wishes: { ...EMPTY_STORE.wishes, vapidKey: KEY } });
});

afterEach(() => {
  vi.unstubAllGlobals();
  addDevice.mockClear();
});

describe("notifications on this device", () => {
  it("begin with a permission and end with the subscription", async () => {
    expect(wantsNotifications()).toBe(false);
    expect(await turnOn()).toEqual({ id: "1" });
    expect(wantsNotifications()).toBe(true);
    expect(new Uint8Array(manager.held?.options.applicationServerKey ?? [])).toEqual(fromBase64Url(KEY));
    await turnOff();
    expect(wantsNotifications()).toBe(false);
    expect(manager.held).toBeNull();
  });

  it("stay off when the browser says no", async () => {
    granted = "denied";
    await expect(turnOn()).rejects.toThrow(/does not let this site/);
    expect(wantsNotifications()).toBe(false);
    expect(addDevice).not.toHaveBeenCalled();
  });

  it("are told to the server with each sign-in, by the subscription there is", async () => {
    await turnOn();
    for (const session of ["1", "1", "2"]) await renew(session);
    expect(addDevice).toHaveBeenCalledTimes(3);
    expect(manager.subscribe).toHaveBeenCalledTimes(1);
  });

  it("begin anew for another key of the site", async () => {
    await turnOn();
    useLive.setState({ wishes: { ...EMPTY_STORE.wishes, vapidKey: "BAED" } });
    await renew("3");
    expect(manager.subscribe).toHaveBeenCalledTimes(2);
  });

  it("are not renewed for somebody else who signs in here", async () => {
    await turnOn();
    localStorage.setItem("chatflow.signed-in", "77");
    await renew("4");
    expect(addDevice).toHaveBeenCalledTimes(1);
  });
});
