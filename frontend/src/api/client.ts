import type { ErrorBody } from "@/api/wire";

export class ApiError extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

/** The request never got an answer: nothing is known about what it did. */
export class NetworkError extends Error {
  constructor() {
    super("The server cannot be reached.");
  }
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type Call = { readonly body?: unknown; readonly token?: string; readonly headers?: Record<string, string> };

export async function call<T>(method: Method, path: string, options: Call = {}): Promise<T> {
  const response = await reach(method, path, options);
  const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw new ApiError(response.status, errorOf(body));
  return body as T;
}

async function reach(method: Method, path: string, { body, token, headers }: Call): Promise<Response> {
  const sent: Record<string, string> = { Accept: "application/json", ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  if (token) sent.Authorization = `Bearer ${token}`;
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      headers: sent,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new NetworkError();
  }
}

function errorOf(body: unknown): ErrorBody {
  const error = (body as { error?: ErrorBody } | undefined)?.error;
  return error?.code
    ? error
    : { code: "internal", message: "The server could not answer. Please try again." };
}
